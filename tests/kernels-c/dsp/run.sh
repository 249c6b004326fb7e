#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors

# Builds a program of this folder with the kernels for one core and runs it on its emulated board, or on the host under the sanitizers.
# usage: run.sh m0|m3|m4|m7|m33|m55|host PROGRAM.c [flags]; COUNT=1: a board counts instructions (slower), the host runs without sanitizers,
# optimized as host twins are; CLANG=clang-19: it compiles the kernels
set -eu
here=$(cd "$(dirname "$0")" && pwd)
runtime=$here/../../../runtime-c
core=$1
program=$2
shift 2
out=${TMPDIR:-/tmp}/kernels-dsp-$core
mkdir -p "$out"
elf=$out/$(basename "$program" .c).elf
warnings="-std=c99 -Wall -Wextra -pedantic -Wconversion -Wundef -Werror -ffp-contract=off -fno-strict-aliasing"
programs="$here/$program $here/pack.c $here/conv_case.c $here/bench_case.c"
fast="$runtime/src/*/*_dsp.c $runtime/src/dsp/*.c $runtime/src/*/*_tile.c $runtime/src/tile/*.c"
helium="$runtime/src/*/*_mve.c $runtime/src/mve/*.c"
if [ "$core" = host ]; then
    checks="-O2 -g -fsanitize=address,undefined -fno-sanitize-recover=all"
    [ "${COUNT:-0}" = 0 ] || checks="-O3"
    # shellcheck disable=SC2086
    ${CLANG:-gcc} $warnings -Wno-conversion $checks -DWITH_MVE=1 "$@" -I "$runtime/include" -I "$here" $programs "$here/board_host.c" \
        "$runtime"/src/*/*_ref.c $fast $helium -o "$elf"
    exec "$elf"
fi
float=hard
case $core in
# an M3 in the place of an M0+ traps unaligned words too
m0) flags="-mcpu=cortex-m0plus -DTE_REQUANTIZE_INTEGER=1 -DBOARD_TRAPS_UNALIGNED=1" machine=mps2-an385 float=soft ;;
m3) flags="-mcpu=cortex-m3 -DTE_REQUANTIZE_INTEGER=1" machine=mps2-an385 float=soft ;;
m4) flags="-mcpu=cortex-m4 -mfpu=fpv4-sp-d16" machine=mps2-an386 ;;
m7) flags="-mcpu=cortex-m7 -mfpu=fpv5-sp-d16" machine=mps2-an500 ;;
m33) flags="-mcpu=cortex-m33 -mfpu=fpv5-sp-d16" machine=mps2-an505 ;;
m55) flags="-mcpu=cortex-m55 -fno-tree-vectorize -DWITH_MVE=1" machine=mps3-an547 ;;
*) echo "no board for $core" >&2; exit 2 ;;
esac
code=0 ram=0x20000000 counter=0x40028000 hertz=12500000.0
if [ "$core" = m33 ]; then
    code=0x10000000 ram=0x38000000 counter=0x50302000 hertz=10000000.0
elif [ "$core" = m55 ]; then
    code=0 ram=0x21000000 counter=0x59302000 hertz=10000000.0
fi
common="-mthumb -mfloat-abi=$float -O2 -ffunction-sections -fdata-sections $warnings"
kernels=$out/kernels
mkdir -p "$kernels"
compile="arm-none-eabi-gcc $flags"
if [ -n "${CLANG:-}" ]; then
    compile="$CLANG --target=arm-none-eabi $flags -isystem /usr/include/newlib -fshort-enums"
fi
[ "$core" = m55 ] || helium=
# kernels are compiled once for some programs
if [ "$(cat "$kernels/command" 2> /dev/null)" != "$compile" ] \
    || [ -n "$(find "$runtime/src" "$runtime/include" -newer "$kernels/command" -print -quit)" ]; then
    rm -f "$kernels"/*
    # shellcheck disable=SC2086
    (cd "$kernels" && $compile $common -I "$runtime/include" -c $fast $helium)
    echo "$compile" > "$kernels/command"
fi
# shellcheck disable=SC2086
arm-none-eabi-gcc $flags $common -Wno-conversion "-DBOARD_FPGAIO=${counter}u" "-DBOARD_COUNTER_HERTZ=$hertz" "$@" \
    -I "$runtime/include" -I "$here" $programs "$here"/board.c "$runtime"/src/*/*_ref.c "$kernels"/*.o -nostartfiles \
    -specs=nosys.specs -Wl,--gc-sections "-Wl,--defsym=BOARD_CODE=$code" "-Wl,--defsym=BOARD_RAM=$ram" -T "$here/board.ld" -o "$elf"
count=
if [ "${COUNT:-0}" = 1 ]; then
    count="-icount shift=8"
fi
# shellcheck disable=SC2086
exec qemu-system-arm -M $machine -display none -monitor none -serial none -semihosting-config enable=on,target=native $count \
    -kernel "$elf"
