#!/usr/bin/env bash
# Compiles the keyword network, lets it learn eight new words on an emulated Cortex-M7, and shows what it cost.
set -euo pipefail
cd "$(dirname "$0")/../.."

./tinyengine compile samples/keywords/keywords.onnx -o out/keywords --target cortex-m7 --sram 256K --train last:2 --classes 8
echo
echo "Learning $(paste -sd, samples/keywords/classes.txt | sed 's/,/, /g') from 480 clips on the emulated board;"
echo "tested on 240 clips of voices it never heard:"
echo
./tinyengine emulate out/keywords --train samples/keywords/keywords.npz --test samples/keywords/keywords.npz \
  --steps 480 --lr 0.03 --plot out/keywords-learning.png
echo
echo "The learning curve is drawn in out/keywords-learning.png, the memory plan in out/keywords/report.html."
