/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Four columns of two rows: 17 instructions for eight products.
 *
 * Registers: r0 pairs, r1 count, r2 weights, r3 sums, r4 and r5 weights of the rows, r6 numbers, r10-r12 and lr sums. */
#include "te_dsp_row_sums.h"

#if TE_DSP_CORE

TE_DSP_ASM void te_dsp_row_sums(__attribute__((unused)) const te_dsp_row_pair *pairs,
                                __attribute__((unused)) int32_t count, __attribute__((unused)) const int8_t *w,
                                __attribute__((unused)) int32_t *sums)
{
    __asm__ volatile("push {r4-r11, lr}\n"
                     "mov r10, #0\n"
                     "mov r11, #0\n"
                     "mov r12, #0\n"
                     "mov lr, #0\n"
                     "1: ldmia r0!, {r4, r5, r6}\n"
                     "ldr r4, [r4, r2]\n"
                     "ldr r5, [r5, r2]\n"
                     "sxtb16 r7, r4\n"
                     "sxtb16 r8, r5\n"
                     "sxtb16 r4, r4, ror #8\n"
                     "sxtb16 r5, r5, ror #8\n"
                     "pkhbt r9, r7, r8, lsl #16\n"
                     "pkhtb r8, r8, r7, asr #16\n"
                     "pkhbt r7, r4, r5, lsl #16\n"
                     "pkhtb r5, r5, r4, asr #16\n"
                     "smlad r10, r9, r6, r10\n"
                     "smlad r11, r7, r6, r11\n"
                     "smlad r12, r8, r6, r12\n"
                     "smlad lr, r5, r6, lr\n"
                     "subs r1, #1\n"
                     "bne 1b\n"
                     "str r10, [r3]\n"
                     "str r11, [r3, #4]\n"
                     "str r12, [r3, #8]\n"
                     "str lr, [r3, #12]\n"
                     "pop {r4-r11, pc}\n" ::
                         : "memory");
}

#else

void te_dsp_row_sums(const te_dsp_row_pair *pairs, int32_t count, const int8_t *w, int32_t *sums)
{
    for (int32_t c = 0; c < 4; c++) {
        sums[c] = 0;
        for (int32_t i = 0; i < count; i++) {
            sums[c] += (int16_t)pairs[i].numbers * w[pairs[i].low + c]
                       + (int16_t)(pairs[i].numbers >> 16) * w[pairs[i].high + c];
        }
    }
}

#endif
