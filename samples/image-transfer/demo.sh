#!/usr/bin/env bash
# Compiles the image network, lets it learn six signs from a folder of pictures on an emulated Cortex-M7, with the head
# alone and with the last layers, and shows what each costs.
set -euo pipefail
cd "$(dirname "$0")/../.."
sample=samples/image-transfer

for train in head last:4; do
  echo "--train $train"
  ./tinyengine compile $sample/shapes.onnx -o out/images --target cortex-m7 --train $train --classes 6 \
    --input-scale 0.0078125 --input-offset -1
  ./tinyengine emulate out/images --train $sample/pictures --test $sample/pictures --epochs 6 --lr 0.03 \
    --plot out/images-learning.png
  echo
done
echo "The learning curve of the last run is drawn in out/images-learning.png, its memory plan in out/images/report.html."
