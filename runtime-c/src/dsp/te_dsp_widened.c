/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Twelve elements of y wait while those of each weight come by one VLDM: 108 instructions for 96 products. VMLA rounds the product and then
 * the sum.
 *
 * Registers: r0 weights, r1 y, r2 g, r3 pixels, r4 and r5 steps, r6 length, r7 weights that come next, r8 rest of the pixel, r9 scales.
 * s0-s11 y, s12-s23 weights, s24-s31 factors. */
#include "te_dsp_widened.h"

#if TE_DSP_CORE

#define ADD(y, v, g) "vmla.f32 s" #y ", s" #v ", s" #g "\n"
#define ADD_12(g)                                                                                                      \
    "vldmia r7!, {s12-s23}\n" ADD(0, 12, g) ADD(1, 13, g) ADD(2, 14, g) ADD(3, 15, g) ADD(4, 16, g) ADD(5, 17, g)      \
        ADD(6, 18, g) ADD(7, 19, g) ADD(8, 20, g) ADD(9, 21, g) ADD(10, 22, g) ADD(11, 23, g)
#define ADD_4(g) "vldmia r7!, {s12-s15}\n" ADD(0, 12, g) ADD(1, 13, g) ADD(2, 14, g) ADD(3, 15, g)
#define ADD_1(g) "vldmia r7!, {s12}\n" ADD(0, 12, g)
#define EIGHT(add) add(24) add(25) add(26) add(27) add(28) add(29) add(30) add(31)

#define SCALED(g, scale) "vmul.f32 s" #g ", s" #g ", s" #scale "\n"

TE_DSP_ASM void te_dsp_widened(__attribute__((unused)) const te_dsp_widened_run *run)
{
    __asm__ volatile("push {r4-r9}\n"
                     "vpush {s16-s31}\n"
                     "add r9, r0, #28\n"
                     "ldmia r0, {r0-r6}\n"
                     "1: vldmia r2, {s24-s31}\n"
                     "vldmia r9, {s0-s7}\n" SCALED(24, 0) SCALED(25, 1) SCALED(26, 2) SCALED(27, 3) SCALED(28, 4)
                         SCALED(29, 5) SCALED(30, 6) SCALED(31, 7) "add r2, r2, r5\n"
                                                                   "mov r7, r0\n"
                                                                   "subs r8, r6, #48\n"
                                                                   "blo.w 3f\n" ::
                                                                       : "memory");
    __asm__ volatile("2: vldmia r1, {s0-s11}\n" EIGHT(ADD_12) "vstmia r1!, {s0-s11}\n"
                                                              "subs r8, r8, #48\n"
                                                              "bhs.w 2b\n" ::
                                                                  : "memory");
    __asm__ volatile("3: adds r8, r8, #32\n"
                     "bmi.w 5f\n"
                     "4: vldmia r1, {s0-s3}\n" EIGHT(ADD_4) "vstmia r1!, {s0-s3}\n"
                                                            "subs r8, r8, #16\n"
                                                            "bpl.w 4b\n"
                                                            "5: ands r8, r8, #12\n"
                                                            "beq.w 7f\n"
                                                            "6: vldr s0, [r1]\n" EIGHT(ADD_1) "vstmia r1!, {s0}\n"
                                                                                              "subs r8, r8, #4\n"
                                                                                              "bne.w 6b\n"
                                                                                              "7: add r1, r1, r4\n"
                                                                                              "subs r3, r3, #1\n"
                                                                                              "bne.w 1b\n"
                                                                                              "vpop {s16-s31}\n"
                                                                                              "pop {r4-r9}\n"
                                                                                              "bx lr\n" ::
                                                                                                  : "memory");
}

#else

void te_dsp_widened(const te_dsp_widened_run *run)
{
    const int32_t count = run->length / 4, tiles = count / TE_WIDE_TILE * TE_WIDE_TILE;
    const float *from = run->g;
    float *y = run->y;
    for (int32_t pixel = 0; pixel < run->pixels; pixel++) {
        float g[TE_WIDENED];
        for (int32_t j = 0; j < TE_WIDENED; j++) {
            g[j] = from[j] * run->scale[j];
        }
        for (int32_t c = 0; c < tiles; c += TE_WIDE_TILE) {
            float sums[TE_WIDE_TILE];
            memcpy(sums, &y[c], sizeof sums);
            for (int32_t j = 0; j < TE_WIDENED; j++) {
                for (int32_t i = 0; i < TE_WIDE_TILE; i++) {
                    sums[i] += g[j] * run->w[c * TE_WIDENED + j * TE_WIDE_TILE + i];
                }
            }
            memcpy(&y[c], sums, sizeof sums);
        }
        for (int32_t c = tiles; c < count; c++) {
            for (int32_t j = 0; j < TE_WIDENED; j++) {
                y[c] += g[j] * run->w[te_widened_at(count, c, j)];
            }
        }
        y += count + run->y_step / 4;
        from += run->g_step / 4;
    }
}

#endif
