/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Eight channels of some pixels times their factors: 13 instructions a pixel. */
#include "te_dsp_scaled.h"

#if TE_DSP_CORE

#define SCALED(x, scale) "vmul.f32 s" #x ", s" #x ", s" #scale "\n"

TE_DSP_ASM void te_dsp_scaled(__attribute__((unused)) const float *x, __attribute__((unused)) int32_t x_step,
                              __attribute__((unused)) const float *scale, __attribute__((unused)) float *to,
                              __attribute__((unused)) int32_t to_step, __attribute__((unused)) int32_t pixels)
{
    __asm__ volatile("vldmia r2, {s8-s15}\n"
                     "ldrd r2, r12, [sp]\n"
                     "1: vldmia r0, {s0-s7}\n" SCALED(0, 8) SCALED(1, 9) SCALED(2, 10) SCALED(3, 11) SCALED(4, 12)
                         SCALED(5, 13) SCALED(6, 14) SCALED(7, 15) "vstmia r3, {s0-s7}\n"
                                                                   "add r0, r0, r1\n"
                                                                   "add r3, r3, r2\n"
                                                                   "subs r12, r12, #1\n"
                                                                   "bne 1b\n"
                                                                   "bx lr\n" ::
                                                                       : "memory");
}

#else

void te_dsp_scaled(const float *x, int32_t x_step, const float *scale, float *to, int32_t to_step, int32_t pixels)
{
    for (int32_t i = 0; i < pixels; i++) {
        for (int32_t c = 0; c < TE_DSP_LANES; c++) {
            to[i * (to_step / 4) + c] = x[i * (x_step / 4) + c] * scale[c];
        }
    }
}

#endif
