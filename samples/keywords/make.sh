#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
# Makes keywords.onnx and the .npz files again, then checks them.
exec "$(dirname "$0")/../export/make.sh" "$(dirname "$0")" espeak-ng
