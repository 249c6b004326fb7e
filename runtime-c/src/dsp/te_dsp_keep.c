/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Four bits of a mask become the flags GE, by which SEL takes bytes: 14 instructions for eight. */
#include "te_dsp_keep.h"

#if TE_DSP_CORE

TE_DSP_ASM void te_dsp_keep(__attribute__((unused)) const int8_t *from, __attribute__((unused)) const uint8_t *mask,
                            __attribute__((unused)) int8_t *to, __attribute__((unused)) int32_t eights)
{
    __asm__ volatile("push {r4-r6, lr}\n"
                     "mov r6, #0\n"
                     "cbz r3, 2f\n"
                     "1: ldrb r4, [r1], #1\n"
                     "lsl r5, r4, #16\n"
                     "lsl r4, r4, #12\n"
                     "msr APSR_g, r5\n"
                     "ldr r5, [r0], #4\n"
                     "sel r5, r5, r6\n"
                     "str r5, [r2], #4\n"
                     "msr APSR_g, r4\n"
                     "ldr r5, [r0], #4\n"
                     "sel r5, r5, r6\n"
                     "str r5, [r2], #4\n"
                     "subs r3, #1\n"
                     "bne 1b\n"
                     "2: pop {r4-r6, pc}\n" ::
                         : "memory");
}

#else

/* A bit of each byte is spread to the whole byte. */
void te_dsp_keep(const int8_t *from, const uint8_t *mask, int8_t *to, int32_t eights)
{
    for (int32_t i = 0; i < eights; i++) {
        const uint64_t bits = mask[i] * 0x0101010101010101u & 0x8040201008040201u;
        uint64_t codes;
        memcpy(&codes, &from[8 * i], sizeof codes);
        codes &= ((bits + 0x7f7f7f7f7f7f7f7fu) >> 7 & 0x0101010101010101u) * 0xff;
        memcpy(&to[8 * i], &codes, sizeof codes);
    }
}

#endif
