#!/usr/bin/env bash
# llvm-mca of Debian's llvm-19 1:19.1.7-3~deb12u1. Arm's reference manual of the Cortex-M4 gives a load of N registers (LDM) 1 + N cycles.
# llvm-mca estimates one cycle for LDM of 2, 4 and 8 registers alike, as for a load of one, on Cortex-M4, M7 and M33: the scheduling models
# describe the instruction without its list of registers. So its figures for loops that fetch by LDM are far below those of the silicon,
# and a comparison of LDM with single loads by llvm-mca always favours LDM. Needs: Debian 12, network for apt.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq llvm-19=1:19.1.7-3~deb12u1 libllvm19=1:19.1.7-3~deb12u1 > /dev/null 2>&1
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH=$work/root/usr/lib/x86_64-linux-gnu:$work/root/usr/lib/llvm-19/lib
mca=$work/root/usr/lib/llvm-19/bin/llvm-mca

cycles() {
  printf '.syntax unified\n.thumb\n%s\n' "$2" | "$mca" -mtriple=thumbv7em-none-eabi -mcpu="$1" -iterations=1000 |
    awk '/Total Cycles/ { printf "%.1f", $3 / 1000 }'
}

same=1
for core in cortex-m4 cortex-m7 cortex-m33; do
  two=$(cycles $core 'ldm r8, {r0, r1}')
  four=$(cycles $core 'ldm r8, {r0, r1, r2, r3}')
  eight=$(cycles $core 'ldm r8, {r0, r1, r2, r3, r4, r5, r6, r7}')
  echo "$core: cycles of LDM with 2, 4, 8 registers: $two $four $eight"
  [ "$two $four $eight" = "1.0 1.0 1.0" ] || same=0
done
[ "$same" -eq 1 ] || { echo "changed: LDM depends on its registers"; exit 1; }
# Seen: cortex-m4: cycles of LDM with 2, 4, 8 registers: 1.0 1.0 1.0 (and the same for cortex-m7, cortex-m33)
