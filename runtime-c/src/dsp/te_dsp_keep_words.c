/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A bit becomes a word of ones or zeros: 21 instructions for eight. */
#include "te_dsp_keep_words.h"

#if TE_DSP_CORE

#define KEEP(bit, r)                                                                                                   \
    "sbfx lr, r12, #" #bit ", #1\n"                                                                                    \
    "and r" #r ", r" #r ", lr\n"

TE_DSP_ASM void te_dsp_keep_words(__attribute__((unused)) const void *from, __attribute__((unused)) const uint8_t *mask,
                                  __attribute__((unused)) void *to, __attribute__((unused)) int32_t eights)
{
    __asm__ volatile("push {r4-r11, lr}\n"
                     "cbz r3, 2f\n"
                     "1: ldrb r12, [r1], #1\n"
                     "ldmia r0!, {r4-r11}\n" KEEP(0, 4) KEEP(1, 5) KEEP(2, 6) KEEP(3, 7) KEEP(4, 8) KEEP(5, 9)
                         KEEP(6, 10) KEEP(7, 11) "stmia r2!, {r4-r11}\n"
                                                 "subs r3, r3, #1\n"
                                                 "bne 1b\n"
                                                 "2: pop {r4-r11, pc}\n" ::
                                                     : "memory");
}

#else

void te_dsp_keep_words(const void *from, const uint8_t *mask, void *to, int32_t eights)
{
    const uint8_t *x = from;
    uint8_t *y = to;
    for (int32_t i = 0; i < eights; i++) {
        uint32_t words[8];
        memcpy(words, &x[i * 32], sizeof words);
        for (int32_t bit = 0; bit < 8; bit++) {
            words[bit] &= 0u - ((uint32_t)mask[i] >> bit & 1u);
        }
        memcpy(&y[i * 32], words, sizeof words);
    }
}

#endif
