#!/usr/bin/env bash
# Measures code and stack of every kernel on every core and prints footprints.def. Code is text and constants of the object;
# stack is the frame of the kernel with everything it calls inlined, plus what the compiler's support routines may need
# on cores without the instruction. Usage: runtime-c/footprints.sh > runtime-c/footprints.def
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat <<'HEAD'
/* Code and stack in bytes of every kernel on every core, for arm-none-eabi-gcc -O2. Made by footprints.sh; a test compares.
 *
 *   FOOTPRINT(symbol, core, code, stack) */
HEAD

cores=(
  "cortex-m0plus|-mcpu=cortex-m0plus -DTE_REQUANTIZE_INTEGER=1|64"
  "cortex-m3|-mcpu=cortex-m3 -DTE_REQUANTIZE_INTEGER=1|64"
  "cortex-m4|-mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard|0"
  "cortex-m7|-mcpu=cortex-m7 -mfpu=fpv5-sp-d16 -mfloat-abi=hard|0"
  "cortex-m33|-mcpu=cortex-m33 -mfpu=fpv5-sp-d16 -mfloat-abi=hard|0"
  "cortex-m55|-mcpu=cortex-m55 -mfloat-abi=hard|0"
)
for source in src/*/*.c; do
  symbol=$(basename "$source" .c)
  for row in "${cores[@]}"; do
    IFS='|' read -r core flags support <<< "$row"
    # shellcheck disable=SC2086
    arm-none-eabi-gcc -std=c99 -O2 -mthumb $flags -ffp-contract=off -fno-strict-aliasing -fstack-usage -Iinclude -c "$source" -o "$work/k.o"
    code=$(arm-none-eabi-size "$work/k.o" | awk 'NR == 2 { print $1 }')
    stack=$(awk -F'\t' '{ if ($2 > max) max = $2 } END { print max }' "$work/k.su")
    echo "FOOTPRINT($symbol, $core, $code, $((stack + support)))"
  done
done
