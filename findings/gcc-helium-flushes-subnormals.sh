#!/usr/bin/env bash
# gcc-arm-none-eabi 15:12.2.rel1-1 (GCC 12.2.1) and qemu-system-arm 1:7.2 from Debian 12. Vector units of Arm that turn subnormal
# numbers into 0 are NEON of Armv7-A and Helium (MVE) of the Cortex-M55. For NEON, GCC leaves loops over floats scalar unless
# -funsafe-math-optimizations allows the flush. For Helium it vectorizes the same loop under plain -O3, so strictly conforming C computes
# 0 where the scalar FPU of the same core computes a subnormal number, and -O3 changes results. Needs: Debian 12, network for apt.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq gcc-arm-none-eabi=15:12.2.rel1-1 binutils-arm-none-eabi=2.40-2+18+b1 > /dev/null 2>&1
for package in *.deb; do dpkg -x "$package" root; done
bin=$work/root/usr/bin
export PATH=$bin:$PATH

cat > scale.c <<'X'
void scale(float *restrict y, const float *restrict x, int n)
{
    for (int i = 0; i < n; i++) {
        y[i] = x[i] * 0.5f;
    }
}
X
cat > main.c <<'X'
void scale(float *restrict y, const float *restrict x, int n);

static union { unsigned u[16]; float f[16]; } x, y;

static void stop(int code)
{
    unsigned block[2] = {0x20026, (unsigned)code}; /* ADP_Stopped_ApplicationExit */
    register unsigned op __asm("r0") = 0x20; /* SYS_EXIT_EXTENDED */
    register unsigned *at __asm("r1") = block;
    __asm volatile("bkpt 0xab" : : "r"(op), "r"(at) : "memory");
}

void reset(void)
{
    *(volatile unsigned *)0xe000ed88 = 0xfu << 20; /* FPU and Helium on */
    __asm volatile("dsb\n isb");
    int zeros = 0;
    for (int i = 0; i < 16; i++) {
        x.u[i] = 0x00800000; /* the least normal number; half of it is subnormal */
    }
    scale(y.f, x.f, 16);
    for (int i = 0; i < 16; i++) {
        zeros += y.u[i] == 0;
    }
    stop(zeros);
}

__asm(".section .vectors,\"a\"\n .word 0x21010000\n .word reset + 1\n");
X
cat > link.ld <<'X'
SECTIONS { . = 0x0; .text : { *(.vectors) *(.text*) *(.rodata*) } . = 0x21000000; .bss : { *(.data*) *(.bss*) } }
X
gcc=(arm-none-eabi-gcc -std=c99 -ffreestanding -nostdlib)
"${gcc[@]}" -O3 -mcpu=cortex-a15 -mfpu=neon -mfloat-abi=hard -S scale.c -o neon.s
m55=(-mcpu=cortex-m55 -mthumb -mfloat-abi=hard)
"${gcc[@]}" -O3 "${m55[@]}" -S scale.c -o helium.s
echo "$(arm-none-eabi-gcc --version | head -1)"
neon=$(grep -c 'vmul.f32.*q' neon.s || true) helium=$(grep -c 'vmul.f32.*q' helium.s || true)
echo "vector multiplications of floats at -O3: NEON $neon, Helium $helium"
[ "$neon" -eq 0 ] && [ "$helium" -gt 0 ] || { echo "changed: GCC treats the two alike"; exit 1; }

command -v qemu-system-arm > /dev/null || { echo "qemu-system-arm is not installed: not run"; exit 0; }
zeros() {
  "${gcc[@]}" "$1" "${m55[@]}" -c scale.c -o scale.o
  "${gcc[@]}" -O1 "${m55[@]}" -T link.ld main.c scale.o -o "run$1.elf" -Wl,--no-warn-rwx-segments
  local status=0
  qemu-system-arm -M mps3-an547 -display none -monitor none -serial none -semihosting-config enable=on,target=native \
    -kernel "run$1.elf" || status=$?
  echo "$status"
}
scalar=$(zeros -O1) vector=$(zeros -O3)
echo "halves of the least normal number that are 0, of 16, on an emulated Cortex-M55: -O1 $scalar, -O3 $vector"
[ "$scalar" -eq 0 ] && [ "$vector" -eq 16 ] || { echo "changed: the optimization level no longer decides"; exit 1; }
# Seen: vector multiplications of floats at -O3: NEON 0, Helium 1
#       halves of the least normal number that are 0, of 16, on an emulated Cortex-M55: -O1 0, -O3 16
