#!/usr/bin/env bash
# Compiles the autoencoder, lets it adapt to a machine on an emulated Cortex-M7, and shows how faults then stand out.
set -euo pipefail
cd "$(dirname "$0")/../.."
data=samples/anomaly

# loss WINDOWS WHEN: mean reconstruction loss of its test windows; WHEN may bring trained weights. Reconstructions are kept.
loss() {
  local windows=$1 when=$2
  shift 2
  ./tinyengine emulate out/anomaly --test "$data/$windows.npz" --predictions "out/anomaly-$windows-$when.npy" "$@" --json |
    sed -n 's/.*"loss_after": \([^,]*\),/\1/p'
}

./tinyengine compile $data/anomaly.onnx -o out/anomaly --target cortex-m7 --train full --loss mse
normal_before=$(loss normal before)
faulty_before=$(loss faulty before)
echo
echo "Adapting on the emulated board to 400 normal windows of one machine, ten times each:"
echo
./tinyengine emulate out/anomaly --train $data/normal.npz --test $data/normal.npz --epochs 10 --lr 0.2 \
  --weights-out out/anomaly-weights.bin --plot out/anomaly-learning.png
normal_after=$(loss normal after --weights-in out/anomaly-weights.bin)
faulty_after=$(loss faulty after --weights-in out/anomaly-weights.bin)
echo
LC_ALL=C awk -v nb="$normal_before" -v fb="$faulty_before" -v na="$normal_after" -v fa="$faulty_after" 'BEGIN {
  printf "mean loss     normal    faulty    faulty / normal\n"
  printf "before        %.5f   %.5f   %.2f\n", nb, fb, fb / nb
  printf "adapted       %.5f   %.5f   %.2f\n", na, fa, fa / na }'
if /usr/bin/python3 -c "import numpy" 2> /dev/null; then
  for when in before after; do
    echo
    echo "$when: $(/usr/bin/python3 -B $data/separate.py out/anomaly-normal-$when.npy out/anomaly-faulty-$when.npy)"
  done
else
  echo "(with the Debian package python3-numpy, separate.py also says how well a threshold separates them)"
fi
