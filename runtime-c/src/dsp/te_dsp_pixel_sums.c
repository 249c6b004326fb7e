/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums of four channels over all pixels of some blocks: 10 instructions for four mantissas, 7 a block. */
#include "te_dsp_channels.h"

#if TE_DSP_CORE

TE_DSP_ASM void te_dsp_pixel_sums(__attribute__((unused)) const te_dsp_pixel_blocks *t,
                                  __attribute__((unused)) int32_t *four)
{
    __asm__ volatile("push {r4-r11, lr}\n"
                     "ldmia r0, {r2, r3, r4, r5, r6}\n"
                     "mov r8, #0\n"
                     "mov r9, #0\n"
                     "mov r10, #0\n"
                     "mov r11, #0\n"
                     "1: ldr r12, [r3], #4\n"
                     "add r2, r2, #1\n"
                     "mov r7, r5\n"
                     "2: ldr r0, [r2]\n"
                     "add r2, r2, r6\n"
                     "sxtb16 lr, r0, ror #8\n"
                     "sxtb16 r0, r0\n"
                     "subs r7, #1\n"
                     "smlabb r8, r0, r12, r8\n"
                     "smlabb r9, lr, r12, r9\n"
                     "smlatb r10, r0, r12, r10\n"
                     "smlatb r11, lr, r12, r11\n"
                     "bne 2b\n"
                     "subs r4, #1\n"
                     "bne 1b\n"
                     "stmia r1, {r8-r11}\n"
                     "pop {r4-r11, pc}\n" ::
                         : "memory");
}

#else

void te_dsp_pixel_sums(const te_dsp_pixel_blocks *t, int32_t *four)
{
    const int8_t *x = t->x;
    memset(four, 0, 4 * sizeof four[0]);
    for (int32_t b = 0; b < t->blocks; b++) {
        x++;
        for (int32_t i = 0; i < t->pixels; i++, x += t->channels) {
            for (int32_t c = 0; c < 4; c++) {
                four[c] += x[c] * t->power[b];
            }
        }
    }
}

#endif
