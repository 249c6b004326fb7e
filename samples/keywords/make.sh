#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
# Makes keywords.onnx and the .npz files again, then checks them. Installs nothing: it names what is missing and stops.
set -eu
here=$(dirname "$0")
python=/usr/bin/python3
missing=
command -v espeak-ng >/dev/null || missing="$missing espeak-ng"
[ -x "$python" ] || missing="$missing python3"
for module in numpy torch onnx; do
    "$python" -c "import $module" 2>/dev/null || missing="$missing python3-$module"
done
if [ -n "$missing" ]; then
    echo "make.sh: missing Debian packages; install them with: sudo apt-get install$missing" >&2
    exit 1
fi
# One thread: sums are then always formed in the same order.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
"$python" -B "$here/make.py"
"$python" -B "$here/check.py"
