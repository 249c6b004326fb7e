#!/usr/bin/env bash
# Measures code and stack of kernels on cores and prints footprints.def. Code is text and constants of the object. Stack is the
# frames of all functions of the object, which bounds every chain of calls among them, plus what a routine of the compiler's
# library needs where the object calls any: arithmetic that the core has no instruction for, memset or memcpy.
#
# Usage: runtime-c/footprints.sh > runtime-c/footprints.def      all kernels on all cores
#        runtime-c/footprints.sh SYMBOL,CORE ...                 these only, as a test does
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

routine_stack=64

flags() {
  case $1 in
    cortex-m0plus | cortex-m3) echo "-mcpu=$1 -DTE_REQUANTIZE_INTEGER=1" ;;
    cortex-m4) echo "-mcpu=$1 -mfpu=fpv4-sp-d16 -mfloat-abi=hard" ;;
    cortex-m7 | cortex-m33) echo "-mcpu=$1 -mfpu=fpv5-sp-d16 -mfloat-abi=hard" ;;
    cortex-m55) echo "-mcpu=$1 -mfloat-abi=hard" ;;
    *) echo "no such core: $1" >&2; return 1 ;;
  esac
}

# The row of SYMBOL,CORE, into a file of that name.
measure() {
  local symbol=${1%,*} core=${1#*,} object=$work/$1.o options code stack
  options=$(flags "$core")
  # shellcheck disable=SC2086
  arm-none-eabi-gcc -std=c99 -O2 -mthumb $options -ffp-contract=off -fno-strict-aliasing -fstack-usage -Iinclude -c src/*/"$symbol.c" -o "$object"
  code=$(arm-none-eabi-size "$object" | awk 'NR == 2 { print $1 }')
  stack=$(awk -F'\t' '$3 != "static" { print "frame of unknown size: " $0 > "/dev/stderr"; exit 1 } { sum += $2 } END { print sum + 0 }' "${object%.o}.su")
  [ -z "$(arm-none-eabi-nm -u "$object")" ] || stack=$((stack + routine_stack))
  echo "FOOTPRINT($symbol, $core, $code, $stack)" > "$work/$1"
}

pairs=("$@")
if [ $# -eq 0 ]; then
  for source in src/*/*.c; do
    for core in cortex-m0plus cortex-m3 cortex-m4 cortex-m7 cortex-m33 cortex-m55; do
      pairs+=("$(basename "$source" .c),$core")
    done
  done
fi

export -f flags measure
export work routine_stack
printf '%s\n' "${pairs[@]}" | xargs -P "$(getconf _NPROCESSORS_ONLN)" -I{} bash -euo pipefail -c 'measure {}'

cat <<HEAD
/* Code and stack in bytes of every kernel on every core at -O2. Made by footprints.sh; a test compares, where it has the
 * compiler that made them:
 *
 *   $(arm-none-eabi-gcc --version | head -1)
 *
 *   FOOTPRINT(symbol, core, code, stack) */
HEAD
(cd "$work" && cat "${pairs[@]}")
