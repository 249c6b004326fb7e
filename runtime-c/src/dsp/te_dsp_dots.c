/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Eight inputs wait while the weights of two outputs come by one VLDM each: 75 instructions for 64 products. Two sums alternate, since a
 * sum must wait for its last product.
 *
 * Registers: r0-r7 weights of each output, r8 inputs, r9 rest of the row, r10 rows, r11 and r12 jumps, lr length. s0-s7 inputs, s8-s15
 * and s16-s23 weights, s24-s31 sums. */
#include "te_dsp_dots.h"
#include "te_dsp_clamp_text.h"

const float te_dsp_zeros[TE_DSP_DOTS] = {0.0f};

#if TE_DSP_CORE

#define ADD(sum, w, x) "vmla.f32 s" #sum ", s" #w ", s" #x "\n"
/* Two outputs whose weights r and q point at. */
#define TWO_OF_8(r, q, a, b)                                                                                           \
    "vldmia " #r "!, {s8-s15}\n"                                                                                       \
    "vldmia " #q "!, {s16-s23}\n" ADD(a, 8, 0) ADD(b, 16, 0) ADD(a, 9, 1) ADD(b, 17, 1) ADD(a, 10, 2) ADD(b, 18, 2)    \
        ADD(a, 11, 3) ADD(b, 19, 3) ADD(a, 12, 4) ADD(b, 20, 4) ADD(a, 13, 5) ADD(b, 21, 5) ADD(a, 14, 6)              \
            ADD(b, 22, 6) ADD(a, 15, 7) ADD(b, 23, 7)
#define TWO_OF_4(r, q, a, b)                                                                                           \
    "vldmia " #r "!, {s8-s11}\n"                                                                                       \
    "vldmia " #q "!, {s12-s15}\n" ADD(a, 8, 0) ADD(b, 12, 0) ADD(a, 9, 1) ADD(b, 13, 1) ADD(a, 10, 2) ADD(b, 14, 2)    \
        ADD(a, 11, 3) ADD(b, 15, 3)
#define TWO_OF_1(r, q, a, b)                                                                                           \
    "vldmia " #r "!, {s8}\n"                                                                                           \
    "vldmia " #q "!, {s9}\n" ADD(a, 8, 0) ADD(b, 9, 0)
#define EIGHT(two) two(r0, r1, 24, 25) two(r2, r3, 26, 27) two(r4, r5, 28, 29) two(r6, r7, 30, 31)

TE_DSP_ASM void te_dsp_dots(__attribute__((unused)) const te_dsp_dots_run *run)
{
    __asm__ volatile(
        "push {r0, r4-r11, lr}\n"
        "vpush {s16-s31}\n"
        "ldmia r0!, {r8, r10, r11, r12, lr}\n"
        "ldmia r0, {r0, r2, r3}\n"
        "vldmia r3, {s24-s31}\n"
        "mov r9, r2\n"
        "add r1, r0, r9\n"
        "add r2, r1, r9\n"
        "add r3, r2, r9\n"
        "add r4, r3, r9\n"
        "add r5, r4, r9\n"
        "add r6, r5, r9\n"
        "add r7, r6, r9\n"
        "1: subs r9, lr, #32\n"
        "blo 3f\n"
        "2: vldmia r8!, {s0-s7}\n" EIGHT(
            TWO_OF_8) "subs r9, r9, #32\n"
                      "bhs 2b\n"
                      "3: tst r9, #16\n"
                      "beq 4f\n"
                      "vldmia r8!, {s0-s3}\n" EIGHT(
                          TWO_OF_4) "4: ands r9, r9, #12\n"
                                    "beq 6f\n"
                                    "5: vldmia r8!, {s0}\n" EIGHT(
                                        TWO_OF_1) "subs r9, r9, #4\n"
                                                  "bne 5b\n"
                                                  "6: subs r10, r10, #1\n"
                                                  "beq 7f\n"
                                                  "add r8, r8, r11\n"
                                                  "cmp r12, #0\n"
                                                  "beq 1b\n"
                                                  ".irp n, r0, r1, r2, r3, r4, r5, r6, r7\n"
                                                  "add \\n, \\n, r12\n"
                                                  ".endr\n"
                                                  "b 1b\n"
                                                  "7: ldr r0, [sp, #64]\n"
                                                  "ldrd r2, r3, [r0, #44]\n"
                                                  "ldr r1, [r0, #32]\n"
                                                  "cbz r2, 8f\n" TE_DSP_CLAMP(36, ls) "8: cbz r3, 9f\n" TE_DSP_CLAMP(
                                                      40, ge) "9: vstmia r1, {s24-s31}\n"
                                                              "vpop {s16-s31}\n"
                                                              "pop {r0, r4-r11, pc}\n" ::
                                                                  : "memory");
}

#else

void te_dsp_dots(const te_dsp_dots_run *run)
{
    const int32_t length = run->length / 4, w_step = run->w_step / 4;
    const float *x = run->x, *w = run->w;
    float sums[TE_DSP_DOTS];
    memcpy(sums, run->b, sizeof sums);
    for (int32_t row = 0; row < run->rows; row++) {
        for (int32_t i = 0; i < length; i++) {
            for (int32_t j = 0; j < TE_DSP_DOTS; j++) {
                sums[j] += x[i] * w[j * w_step + i];
            }
        }
        if (row + 1 < run->rows) { /* a pointer must not step past the end behind the last row */
            x += length + run->x_jump / 4;
            w += length + run->w_jump / 4;
        }
    }
    for (int32_t j = 0; j < TE_DSP_DOTS; j++) {
        te_store_f32(&run->y[j], NULL, 0, sums[j], run->has_min != 0 ? run->min : -TE_INFINITY,
                     run->has_max != 0 ? run->max : TE_INFINITY);
    }
}

#endif
