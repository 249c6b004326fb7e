/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The largest magnitude of the terms of a block, four at a time: 4.5 instructions a term, 6 with factors; 1.5 and 2.25 of
 * Helium. */
#include "te_dsp_gradient.h"
#include "te_mve.h"

#if TE_MVE_CORE

uint32_t te_dsp_largest(const int32_t *v, int32_t count, const int16_t *factor, uint32_t largest)
{
    if (factor == NULL) {
        __asm__ volatile(
            "wlstp.32 lr, %[count], 2f\n"
            "1: vldrw.32 q0, [%[v]], #16\n vshr.s32 q1, q0, #31\n veor q0, q0, q1\n vmaxv.u32 %[largest], q0\n"
            "letp lr, 1b\n 2:\n"
            : [v] "+r"(v), [largest] "+r"(largest)
            : [count] "r"(count)
            : "q0", "q1", "lr", "memory");
    } else {
        __asm__ volatile("wlstp.32 lr, %[count], 2f\n"
                         "1: vldrw.32 q0, [%[v]], #16\n vldrh.s32 q1, [%[factor]], #8\n vshl.i32 q1, q1, #16\n"
                         "vmulh.s32 q0, q0, q1\n vshr.s32 q1, q0, #31\n veor q0, q0, q1\n vmaxv.u32 %[largest], q0\n"
                         "letp lr, 1b\n 2:\n"
                         : [v] "+r"(v), [factor] "+l"(factor), [largest] "+r"(largest)
                         : [count] "r"(count)
                         : "q0", "q1", "lr", "memory");
    }
    return largest;
}

#else

static inline uint32_t te_magnitude(const int32_t *v, int32_t i, const int16_t *factor)
{
    const int32_t t = factor == NULL ? v[i] : (int32_t)((int64_t)v[i] * factor[i] >> 16);
    return (uint32_t)(t < 0 ? ~t : t);
}

#if TE_DSP_CORE

#define TE_LARGER(t)                                                                                                   \
    "eor " t ", " t ", " t ", asr #31\n"                                                                               \
    "cmp " t ", r3\n"                                                                                                  \
    "it hi\n"                                                                                                          \
    "movhi r3, " t "\n"

uint32_t te_dsp_largest_fours(const int32_t *v, int32_t fours, const int16_t *factor, uint32_t largest);

TE_DSP_ASM uint32_t te_dsp_largest_fours(__attribute__((unused)) const int32_t *v,
                                         __attribute__((unused)) int32_t fours,
                                         __attribute__((unused)) const int16_t *factor,
                                         __attribute__((unused)) uint32_t largest)
{
    __asm__ volatile("push {r4-r9}\n"
                     "cbz r2, 2f\n"
                     "1: ldrd r4, r5, [r0], #8\n"
                     "ldrd r6, r7, [r0], #8\n"
                     "ldr r8, [r2], #4\n"
                     "ldr r9, [r2], #4\n"
                     "smulwb r4, r4, r8\n"
                     "smulwt r5, r5, r8\n"
                     "smulwb r6, r6, r9\n"
                     "smulwt r7, r7, r9\n" TE_LARGER("r4") TE_LARGER("r5") TE_LARGER("r6")
                         TE_LARGER("r7") "subs r1, #1\n"
                                         "bne 1b\n"
                                         "b 3f\n"
                                         "2: ldmia r0!, {r4-r7}\n" TE_LARGER("r4") TE_LARGER("r5") TE_LARGER("r6")
                                             TE_LARGER("r7") "subs r1, #1\n"
                                                             "bne 2b\n"
                                                             "3: mov r0, r3\n"
                                                             "pop {r4-r9}\n"
                                                             "bx lr\n" ::
                                                                 : "memory");
}

uint32_t te_dsp_largest(const int32_t *v, int32_t count, const int16_t *factor, uint32_t largest)
{
    if (count >= 4) {
        largest = te_dsp_largest_fours(v, count / 4, factor, largest);
    }
    for (int32_t i = count & ~3; i < count; i++) {
        const uint32_t magnitude = te_magnitude(v, i, factor);
        largest = magnitude > largest ? magnitude : largest;
    }
    return largest;
}

#else

uint32_t te_dsp_largest(const int32_t *v, int32_t count, const int16_t *factor, uint32_t largest)
{
    for (int32_t i = 0; i < count; i++) {
        const uint32_t magnitude = te_magnitude(v, i, factor);
        largest = magnitude > largest ? magnitude : largest;
    }
    return largest;
}

#endif

#endif
