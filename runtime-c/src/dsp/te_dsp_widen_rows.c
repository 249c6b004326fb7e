/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* te_dsp_widen for pixels that lie step bytes apart, of several rows. */
#include "te_dsp_widen_rows.h"

#if TE_DSP_CORE

TE_DSP_ASM uint32_t *te_dsp_widen_rows(__attribute__((unused)) const int8_t *x, __attribute__((unused)) int32_t step,
                                       __attribute__((unused)) uint32_t *to, __attribute__((unused)) int32_t fours,
                                       __attribute__((unused)) int32_t rows, __attribute__((unused)) int32_t row_bytes)
{
    __asm__ volatile("push {r0, r1, r3-r11, lr}\n" /* x, step, fours; behind the others rows and bytes at 48 */
                     "mov r12, r2\n"
                     "cbz r3, 3f\n"
                     "1: mov lr, r3\n"
                     "add r2, r0, r1, lsl #1\n"
                     "add r3, r2, r1\n"
                     "add r1, r1, r0\n"
                     "2: ldr r8, [r0], #4\n"
                     "ldr r9, [r1], #4\n"
                     "ldr r10, [r2], #4\n"
                     "ldr r11, [r3], #4\n"
                     "sxtb16 r4, r8\n"
                     "sxtb16 r5, r9\n"
                     "sxtb16 r6, r10\n"
                     "sxtb16 r7, r11\n"
                     "sxtb16 r8, r8, ror #8\n"
                     "sxtb16 r9, r9, ror #8\n"
                     "sxtb16 r10, r10, ror #8\n"
                     "sxtb16 r11, r11, ror #8\n"
                     "subs lr, lr, #1\n"
                     "stmia r12!, {r4-r11}\n"
                     "bne 2b\n"
                     "ldrd r4, r5, [sp, #48]\n"
                     "ldrd r0, r1, [sp]\n"
                     "ldr r3, [sp, #8]\n"
                     "add r0, r0, r5\n"
                     "str r0, [sp]\n"
                     "subs r4, r4, #1\n"
                     "str r4, [sp, #48]\n"
                     "bne 1b\n"
                     "3: mov r0, r12\n"
                     "add sp, sp, #12\n"
                     "pop {r4-r11, pc}\n" ::
                         : "memory");
}

#else

uint32_t *te_dsp_widen_rows(const int8_t *x, int32_t step, uint32_t *to, int32_t fours, int32_t rows, int32_t row_bytes)
{
    for (int32_t row = 0; row < rows; row++) {
        const int8_t *from = x + row * row_bytes;
        for (int32_t i = 0; i < fours; i++, from += 4) {
            to = te_four_widen(te_four_of(from, from + step, from + 2 * step, from + 3 * step), to);
        }
    }
    return to;
}

#endif
