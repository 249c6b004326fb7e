/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Eight elements at a time, from any address: 46 instructions. A code in the upper byte of a halfword is the code times 256, which the
 * product of 32 by 16 bits takes as it is. y may be a or b. */
#include "te_dsp_add.h"

#if TE_DSP_CORE

TE_DSP_ASM void te_dsp_add_run(__attribute__((unused)) const te_dsp_add *s, __attribute__((unused)) const int8_t *a,
                               __attribute__((unused)) const int8_t *b, __attribute__((unused)) int8_t *y,
                               __attribute__((unused)) int32_t eights)
{
    __asm__ volatile("push {r4-r11, lr}\n"
                     "ldr r7, [sp, #36]\n"
                     "ldrd r4, r5, [r0, #4]\n"
                     "ldr r6, [r0, #12]\n"
                     "mov r0, r7\n"
                     "mvn r7, #0x00ff00ff\n"
                     "1:\n"
                     ".irp four, 0, 4\n"
                     "ldr r8, [r1], #4\n"
                     "ldr r9, [r2], #4\n"
                     "and r10, r7, r8, lsl #8\n"
                     "and r8, r8, r7\n"
                     "and r11, r7, r9, lsl #8\n"
                     "and r9, r9, r7\n"
                     "smlawb r12, r4, r10, r6\n"
                     "smlawb lr, r4, r8, r6\n"
                     "smlawt r10, r4, r10, r6\n"
                     "smlawt r8, r4, r8, r6\n"
                     "smlawb r12, r5, r11, r12\n"
                     "smlawb lr, r5, r9, lr\n"
                     "smlawt r10, r5, r11, r10\n"
                     "smlawt r8, r5, r9, r8\n"
                     "ssat r12, #8, r12, asr #21\n"
                     "ssat lr, #8, lr, asr #21\n"
                     "ssat r10, #8, r10, asr #21\n"
                     "ssat r8, #8, r8, asr #21\n"
                     "bfi r12, lr, #8, #8\n"
                     "bfi r12, r10, #16, #8\n"
                     "bfi r12, r8, #24, #8\n"
                     "str r12, [r3], #4\n"
                     ".endr\n"
                     "subs r0, #1\n"
                     "bne 1b\n"
                     "pop {r4-r11, pc}\n" ::
                         : "memory");
}

#else

static inline te_four te_add_four(const te_dsp_add *s, const int8_t *a, const int8_t *b)
{
    const te_four p = te_four_high(te_four_codes(a), s->a_factor), q = te_four_high(te_four_codes(b), s->b_factor);
    return te_four_shift(te_four_add(te_four_add(p, q), te_four_all((uint32_t)s->constant)), TE_DSP_ADD_SHIFT);
}

void te_dsp_add_run(const te_dsp_add *s, const int8_t *a, const int8_t *b, int8_t *y, int32_t eights)
{
    for (; eights > 0; eights--, a += 8, b += 8, y += 8) {
        const uint64_t codes = te_halves_bytes(te_four_halves(te_add_four(s, a, b), te_add_four(s, a + 4, b + 4)));
        memcpy(y, &codes, 8);
    }
}

#endif
