/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Codes of rows of 5 taps, times 2^scale, as pairs (w0, w1), (w1, w2), .. of int16. */
#include "te_dsp_taps.h"

te_dsp_taps_of te_dsp_taps_5;

#if TE_DSP_CORE

TE_DSP_ASM void te_dsp_taps_5(__attribute__((unused)) const int8_t *w, __attribute__((unused)) int32_t scale,
                              __attribute__((unused)) uint32_t *to)
{
    __asm__ volatile("push {r4-r8, lr}\n"
                     "mov r3, #5\n"
                     "1: ldrsb r4, [r0], #1\n"
                     ".irp r, r5, r6, r7, r8\n"
                     "ldrsb \\r, [r0], #1\n"
                     ".endr\n"
                     ".irp r, r4, r5, r6, r7, r8\n"
                     "lsl \\r, \\r, r1\n"
                     ".endr\n"
                     "pkhbt r4, r4, r5, lsl #16\n"
                     "pkhbt r5, r5, r6, lsl #16\n"
                     "pkhbt r6, r6, r7, lsl #16\n"
                     "pkhbt r7, r7, r8, lsl #16\n"
                     "subs r3, #1\n"
                     "stmia r2!, {r4-r7}\n"
                     "bne 1b\n"
                     "pop {r4-r8, pc}\n" ::
                         : "memory");
}

#else

void te_dsp_taps_5(const int8_t *w, int32_t scale, uint32_t *to)
{
    te_dsp_taps(w, 5, scale, to);
}

#endif
