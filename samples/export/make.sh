#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
# make.sh DIR [COMMAND ...]: makes the files of the sample in DIR again (make.py), then checks them (check.py), with the
# commands that the sample needs beside Python. Installs nothing: it names what is missing and stops.
set -eu
sample=$1
shift
python=/usr/bin/python3
missing=
for command in "$@"; do
    command -v "$command" >/dev/null || missing="$missing $command"
done
[ -x "$python" ] || missing="$missing python3"
for module in numpy torch onnx; do
    "$python" -c "import $module" 2>/dev/null || missing="$missing python3-$module"
done
if [ -n "$missing" ]; then
    echo "make.sh: missing Debian packages; install them with: sudo apt-get install$missing" >&2
    exit 1
fi
# One thread: sums are then always formed in the same order.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONPATH="$(dirname "$0")/.."
"$python" -B "$sample/make.py"
"$python" -B "$sample/check.py"
