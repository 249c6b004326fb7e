/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Eight at a time in 12 instructions: all magnitudes are below 2 where none has the highest bit of an exponent. */
#include "te_dsp_limit.h"

#if TE_DSP_CORE

TE_DSP_ASM float *te_dsp_far(__attribute__((unused)) float *x, __attribute__((unused)) int32_t eights)
{
    __asm__ volatile("cbz r1, 3f\n"
                     "push {r4-r9}\n"
                     "1: ldmia r0!, {r2-r9}\n"
                     "orr r2, r2, r3\n"
                     "orr r4, r4, r5\n"
                     "orr r6, r6, r7\n"
                     "orr r8, r8, r9\n"
                     "orr r2, r2, r4\n"
                     "orr r6, r6, r8\n"
                     "orr r2, r2, r6\n"
                     "lsls r2, r2, #1\n"
                     "bmi 2f\n"
                     "subs r1, r1, #1\n"
                     "bne 1b\n"
                     "add r0, r0, #32\n"
                     "2: sub r0, r0, #32\n"
                     "pop {r4-r9}\n"
                     "3: bx lr\n" ::
                         : "memory");
}

#else

float *te_dsp_far(float *x, int32_t eights)
{
    for (; eights > 0; eights--, x += 8) {
        uint32_t some = 0;
        for (int32_t i = 0; i < 8; i++) {
            some |= te_float_bits(x[i]);
        }
        if ((some & 0x40000000u) != 0) {
            break;
        }
    }
    return x;
}

#endif
