/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Codes as floats, twelve at a time: 37 instructions for them. */
#include "te_dsp_widened.h"

#if TE_DSP_CORE

#define FOUR(a, b, c, d)                                                                                               \
    "ldr r4, [r0], #4\n"                                                                                               \
    "sxtb r5, r4\n"                                                                                                    \
    "sxtb r6, r4, ror #8\n"                                                                                            \
    "vmov s" #a ", s" #b ", r5, r6\n"                                                                                  \
    "sxtb r5, r4, ror #16\n"                                                                                           \
    "asr r6, r4, #24\n"                                                                                                \
    "vmov s" #c ", s" #d ", r5, r6\n"                                                                                  \
    "vcvt.f32.s32 s" #a ", s" #a "\n"                                                                                  \
    "vcvt.f32.s32 s" #b ", s" #b "\n"                                                                                  \
    "vcvt.f32.s32 s" #c ", s" #c "\n"                                                                                  \
    "vcvt.f32.s32 s" #d ", s" #d "\n"

TE_DSP_ASM void te_dsp_floats(__attribute__((unused)) const int8_t *codes, __attribute__((unused)) float *to,
                              __attribute__((unused)) int32_t tiles, __attribute__((unused)) int32_t step)
{
    __asm__ volatile("push {r4-r6}\n"
                     "cmp r2, #0\n"
                     "beq.w 2f\n"
                     "1:\n" FOUR(0, 1, 2, 3) FOUR(4, 5, 6, 7) FOUR(8, 9, 10, 11) "vstmia r1, {s0-s11}\n"
                                                                                 "add r1, r1, r3\n"
                                                                                 "subs r2, r2, #1\n"
                                                                                 "bne.w 1b\n"
                                                                                 "2: pop {r4-r6}\n"
                                                                                 "bx lr\n" ::
                                                                                     : "memory");
}

#else

void te_dsp_floats(const int8_t *codes, float *to, int32_t tiles, int32_t step)
{
    for (int32_t t = 0; t < tiles; t++, to += step / 4) {
        for (int32_t i = 0; i < TE_WIDE_TILE; i++) {
            to[i] = (float)codes[t * TE_WIDE_TILE + i];
        }
    }
}

#endif
