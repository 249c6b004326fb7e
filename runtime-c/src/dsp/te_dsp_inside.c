/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A code less -127 is, as a byte, below 254 inside: flags of four such comparisons choose bits, which USAD8 adds. 15 instructions for eight
 * codes. */
#include "te_dsp_inside.h"

#if TE_DSP_CORE

TE_DSP_ASM void te_dsp_inside(__attribute__((unused)) const int8_t *codes, __attribute__((unused)) uint8_t *mask,
                              __attribute__((unused)) int32_t eights)
{
    __asm__ volatile("push {r4-r8, lr}\n"
                     "cbz r2, 2f\n"
                     "mov r3, #0\n"
                     "mov r4, #0x7f7f7f7f\n"
                     "mov r5, #0xfefefefe\n"
                     "movw r6, #0x0201\n"
                     "movt r6, #0x0804\n"
                     "1: ldr r7, [r0], #4\n"
                     "ldr r8, [r0], #4\n"
                     "uadd8 r7, r7, r4\n"
                     "usub8 r7, r7, r5\n"
                     "sel r7, r3, r6\n"
                     "usad8 r7, r7, r3\n"
                     "uadd8 r8, r8, r4\n"
                     "usub8 r8, r8, r5\n"
                     "sel r8, r3, r6\n"
                     "usad8 r8, r8, r3\n"
                     "orr r7, r7, r8, lsl #4\n"
                     "strb r7, [r1], #1\n"
                     "subs r2, #1\n"
                     "bne 1b\n"
                     "2: pop {r4-r8, pc}\n" ::
                         : "memory");
}

#else

void te_dsp_inside(const int8_t *codes, uint8_t *mask, int32_t eights)
{
    for (; eights > 0; eights--, codes += 8) {
        uint32_t bits = 0;
        for (int32_t i = 0; i < 8; i++) {
            bits |= (uint32_t)(codes[i] > -128 && codes[i] < 127) << i;
        }
        *mask++ = (uint8_t)bits;
    }
}

#endif
