/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Terms of a block to mantissas, four at a time: 5.25 instructions a term, 6 with factors. Half is added and the sum cut. Where
 * nothing is cut the term lay halfway, and the mantissa becomes even; with factors only if the bits below 2^16 of the product are zero
 * too. Helium adds 1 less than half, and 1 where the mantissa would be odd or those bits are not zero. */
#include "te_dsp_gradient.h"
#include "te_mve.h"

#if TE_MVE_CORE

int8_t *te_dsp_mantissas(const int32_t *v, int32_t count, const int16_t *factor, int32_t shift, int8_t *to)
{
    const int32_t half = (1 << (shift - 1)) - 1, down = -shift;
    int8_t *const end = to + count;
    if (factor == NULL) {
        __asm__ volatile("vmov.i32 q2, #1\n wlstp.32 lr, %[count], 2f\n"
                         "1: vldrw.32 q0, [%[v]], #16\n vmov q1, q0\n vshl.s32 q1, %[down]\n vand q1, q1, q2\n"
                         "vadd.i32 q0, q0, %[half]\n vadd.i32 q0, q0, q1\n vshl.s32 q0, %[down]\n"
                         "vstrb.32 q0, [%[to]], #4\n letp lr, 1b\n 2:\n"
                         : [v] "+r"(v), [to] "+l"(to)
                         : [count] "r"(count), [half] "r"(half), [down] "r"(down)
                         : "q0", "q1", "q2", "lr", "memory");
    } else {
        __asm__ volatile("vmov.i32 q2, #1\n wlstp.32 lr, %[count], 2f\n"
                         "1: vldrw.32 q0, [%[v]], #16\n vldrh.s32 q1, [%[factor]], #8\n vmul.i32 q3, q0, q1\n"
                         "vshl.i32 q3, q3, #16\n vmin.u32 q3, q3, q2\n vshl.i32 q1, q1, #16\n vmulh.s32 q0, q0, q1\n"
                         "vmov q1, q0\n vshl.s32 q1, %[down]\n vand q1, q1, q2\n vorr q1, q1, q3\n"
                         "vadd.i32 q0, q0, %[half]\n vadd.i32 q0, q0, q1\n vshl.s32 q0, %[down]\n"
                         "vstrb.32 q0, [%[to]], #4\n letp lr, 1b\n 2:\n"
                         : [v] "+r"(v), [factor] "+l"(factor), [to] "+l"(to)
                         : [count] "r"(count), [half] "r"(half), [down] "r"(down)
                         : "q0", "q1", "q2", "q3", "lr", "memory");
    }
    return end;
}

#else

static inline int8_t te_one_mantissa(const int32_t *v, int32_t i, const int16_t *factor, int32_t shift)
{
    const int64_t product = factor == NULL ? v[i] : (int64_t)v[i] * factor[i];
    return (int8_t)te_shift_round(product, factor == NULL ? shift : shift + 16);
}

#if TE_DSP_CORE

#define TE_CUT(t, tie, back)                                                                                           \
    "lsls r12, " t ", r7\n"                                                                                            \
    "beq.w " tie "f\n" back ": asr " t ", " t ", r3\n"                                                                 \
    "strb " t ", [r6], #1\n"
#define TE_TIE(t, back)                                                                                                \
    "asr r12, " t ", r3\n"                                                                                             \
    "and r12, r12, #1\n"                                                                                               \
    "sub " t ", " t ", r12\n"                                                                                          \
    "b " back "b\n"
#define TE_TIE_FACTOR(v, t, factor, back)                                                                              \
    "mul r12, " v ", " factor "\n"                                                                                     \
    "lsls r12, r12, #16\n"                                                                                             \
    "bne " back "b\n" TE_TIE(t, back)

/* A term that lay halfway is t plus half: taking 1 from it where the mantissa is odd lets the cut make it the even one below. */

/* Two terms with factors. */
#define TE_CUT_TWO(tie, next_tie, back, next_back)                                                                     \
    "ldrd r8, r9, [r0], #8\n"                                                                                          \
    "ldr r10, [r2], #4\n"                                                                                              \
    "smlawb r4, r8, r10, r5\n"                                                                                         \
    "smlawt r11, r9, r10, r5\n" TE_CUT("r4", tie, back) TE_CUT("r11", next_tie, next_back)

#define TE_TIE_TWO(tie, next_tie, back, next_back)                                                                     \
    tie ": sxth lr, r10\n" TE_TIE_FACTOR("r8", "r4", "lr", back) next_tie                                              \
        ": asr lr, r10, #16\n" TE_TIE_FACTOR("r9", "r11", "lr", next_back)

#define TE_CUT_FOUR                                                                                                    \
    "ldmia r0!, {r8-r11}\n"                                                                                            \
    "add r8, r8, r5\n"                                                                                                 \
    "add r9, r9, r5\n"                                                                                                 \
    "add r10, r10, r5\n"                                                                                               \
    "add r11, r11, r5\n" TE_CUT("r8", "31", "21") TE_CUT("r9", "32", "22") TE_CUT("r10", "33", "23")                   \
        TE_CUT("r11", "34", "24")

#define TE_TIE_FOUR                                                                                                    \
    "31:\n" TE_TIE("r8", "21") "32:\n" TE_TIE("r9", "22") "33:\n" TE_TIE("r10", "23") "34:\n" TE_TIE("r11", "24")

void te_dsp_mantissa_fours(const int32_t *v, int32_t fours, const int16_t *factor, int32_t shift, int8_t *to);

TE_DSP_ASM void te_dsp_mantissa_fours(__attribute__((unused)) const int32_t *v, __attribute__((unused)) int32_t fours,
                                      __attribute__((unused)) const int16_t *factor,
                                      __attribute__((unused)) int32_t shift, __attribute__((unused)) int8_t *to)
{
    __asm__ volatile("ldr r12, [sp]\n"
                     "push {r4-r11, lr}\n"
                     "mov r6, r12\n"
                     "rsb r7, r3, #32\n"
                     "sub r4, r3, #1\n"
                     "mov r5, #1\n"
                     "lsl r5, r5, r4\n" /* half */
                     "cmp r2, #0\n"
                     "beq.w 20f\n"
                     "1:\n" TE_CUT_TWO("11", "12", "2", "3") TE_CUT_TWO(
                         "13", "14", "4", "5") "subs r1, #1\n"
                                               "bne 1b\n"
                                               "pop {r4-r11, pc}\n" TE_TIE_TWO("11", "12", "2", "3")
                                                   TE_TIE_TWO("13", "14", "4", "5") "20:\n" TE_CUT_FOUR "subs r1, #1\n"
                                                                                    "bne 20b\n"
                                                                                    "pop {r4-r11, pc}\n" TE_TIE_FOUR ::
                                                                                        : "memory");
}

int8_t *te_dsp_mantissas(const int32_t *v, int32_t count, const int16_t *factor, int32_t shift, int8_t *to)
{
    if (count >= 4) {
        te_dsp_mantissa_fours(v, count / 4, factor, shift, to);
    }
    for (int32_t i = count & ~3; i < count; i++) {
        to[i] = te_one_mantissa(v, i, factor, shift);
    }
    return to + count;
}

#else

int8_t *te_dsp_mantissas(const int32_t *v, int32_t count, const int16_t *factor, int32_t shift, int8_t *to)
{
    for (int32_t i = 0; i < count; i++) {
        to[i] = te_one_mantissa(v, i, factor, shift);
    }
    return to + count;
}

#endif

#endif
