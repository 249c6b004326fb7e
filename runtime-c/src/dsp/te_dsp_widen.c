/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Codes of four pixels as int16 pairs: of four neighbouring codes the pair 0 and 2 of each pixel, then the pair 1 and 3 of each.
 * 15 instructions for 16 codes. */
#include "te_dsp_widen.h"

#if TE_DSP_CORE

TE_DSP_ASM uint32_t *te_dsp_widen(__attribute__((unused)) const int8_t *const *pixels,
                                  __attribute__((unused)) uint32_t *to, __attribute__((unused)) int32_t fours)
{
    __asm__ volatile("push {r4-r11, lr}\n"
                     "ldmia r0, {r0, r3, r12, lr}\n"
                     "cbz r2, 2f\n"
                     "1: ldr r8, [r0], #4\n"
                     "ldr r9, [r3], #4\n"
                     "ldr r10, [r12], #4\n"
                     "ldr r11, [lr], #4\n"
                     "sxtb16 r4, r8\n"
                     "sxtb16 r5, r9\n"
                     "sxtb16 r6, r10\n"
                     "sxtb16 r7, r11\n"
                     "sxtb16 r8, r8, ror #8\n"
                     "sxtb16 r9, r9, ror #8\n"
                     "sxtb16 r10, r10, ror #8\n"
                     "sxtb16 r11, r11, ror #8\n"
                     "subs r2, #1\n"
                     "stmia r1!, {r4-r11}\n"
                     "bne 1b\n"
                     "2: mov r0, r1\n"
                     "pop {r4-r11, pc}\n" ::
                         : "memory");
}

#else

uint32_t *te_dsp_widen(const int8_t *const *pixels, uint32_t *to, int32_t fours)
{
    const int8_t *a = pixels[0], *b = pixels[1], *c = pixels[2], *d = pixels[3];
    for (; fours > 0; fours--, a += 4, b += 4, c += 4, d += 4) {
        to = te_four_widen(te_four_of(a, b, c, d), to);
    }
    return to;
}

#endif
