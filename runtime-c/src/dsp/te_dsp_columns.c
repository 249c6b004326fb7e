/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* From any address; 24 instructions for 16 codes. */
#include "te_dsp_columns.h"

#if TE_DSP_CORE

TE_DSP_ASM void te_dsp_columns(__attribute__((unused)) const int8_t *x, __attribute__((unused)) int32_t in_c,
                               __attribute__((unused)) uint32_t *to, __attribute__((unused)) int32_t fours,
                               __attribute__((unused)) int32_t rows, __attribute__((unused)) int32_t skip,
                               __attribute__((unused)) int32_t plane)
{
    /* r2, r10, r11, r12: the planes; lr: rows that are left */
    __asm__ volatile("push {r3-r11, lr}\n"
                     "ldr lr, [sp, #40]\n"
                     "ldr r12, [sp, #48]\n"
                     "add r10, r2, r12\n"
                     "add r11, r10, r12\n"
                     "add r12, r11, r12\n"
                     "1: ldr r4, [r0]\n"
                     "ldr r5, [r0, r1]\n"
                     "ldr r6, [r0, r1, lsl #1]\n"
                     "add r7, r0, r1\n"
                     "ldr r7, [r7, r1, lsl #1]\n"
                     "add r0, r0, r1, lsl #2\n"
                     "subs r3, #1\n"
                     "pkhbt r8, r4, r5, lsl #16\n"
                     "pkhtb r5, r5, r4, asr #16\n"
                     "pkhbt r9, r6, r7, lsl #16\n"
                     "pkhtb r7, r7, r6, asr #16\n"
                     "sxtb16 r4, r8\n"
                     "sxtb16 r6, r9\n"
                     "strd r4, r6, [r2], #8\n"
                     "sxtb16 r8, r8, ror #8\n"
                     "sxtb16 r9, r9, ror #8\n"
                     "strd r8, r9, [r10], #8\n"
                     "sxtb16 r4, r5\n"
                     "sxtb16 r6, r7\n"
                     "strd r4, r6, [r11], #8\n"
                     "sxtb16 r5, r5, ror #8\n"
                     "sxtb16 r7, r7, ror #8\n"
                     "strd r5, r7, [r12], #8\n"
                     "bne 1b\n"
                     "ldr r3, [sp]\n"
                     "ldr r4, [sp, #44]\n"
                     "add r2, r2, r4\n"
                     "add r10, r10, r4\n"
                     "add r11, r11, r4\n"
                     "add r12, r12, r4\n"
                     "subs lr, #1\n"
                     "bne 1b\n"
                     "pop {r3-r11, pc}\n" ::
                         : "memory");
}

#else

void te_dsp_columns(const int8_t *x, int32_t in_c, uint32_t *to, int32_t fours, int32_t rows, int32_t skip,
                    int32_t plane)
{
    const int32_t words = plane / 4;
    for (; rows > 0; rows--, to += skip / 4) {
        for (int32_t i = 0; i < fours; i++, x += 4 * in_c, to += 2) {
            const te_four codes = te_four_of(x, x + in_c, x + 2 * in_c, x + 3 * in_c);
            const te_four first = te_four_halves(te_four_byte(codes, 0), te_four_byte(codes, 1));
            const te_four last = te_four_halves(te_four_byte(codes, 2), te_four_byte(codes, 3));
            te_halves_store(to, first);
            te_halves_store_upper(to + words, first);
            te_halves_store(to + 2 * words, last);
            te_halves_store_upper(to + 3 * words, last);
        }
    }
}

#endif
