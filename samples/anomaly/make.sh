#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
# Makes anomaly.onnx, normal.npz and faulty.npz again, then checks them.
exec "$(dirname "$0")/../export/make.sh" "$(dirname "$0")"
