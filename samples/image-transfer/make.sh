#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
# Makes shapes.onnx and its data again, then checks them.
exec "$(dirname "$0")/../export/make.sh" "$(dirname "$0")"
