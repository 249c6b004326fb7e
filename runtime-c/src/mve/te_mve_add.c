/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums of codes by factors (te_dsp_add), four at a time: the upper word of a code in the upper byte times its factor is the quotient. */
#include "te_mve_add.h"

void te_mve_add(const te_dsp_add *s, const int8_t *a, const int8_t *b, int8_t *y)
{
#if TE_MVE_CORE
    __asm__ volatile(
        "vdup.32 q2, %[af]\n vdup.32 q3, %[bf]\n dlstp.32 lr, %[count]\n"
        "1: vldrb.s32 q0, [%[a]], #4\n vldrb.s32 q1, [%[b]], #4\n vshl.i32 q0, q0, #24\n vshl.i32 q1, q1, #24\n"
        "vmulh.s32 q0, q0, q2\n vmulh.s32 q1, q1, q3\n vadd.i32 q0, q0, %[constant]\n vadd.i32 q0, q0, q1\n"
        "vshr.s32 q0, q0, #21\n vqmovnb.s32 q0, q0\n vqmovnb.s16 q0, q0\n vstrb.32 q0, [%[y]], #4\n"
        "letp lr, 1b\n"
        : [a] "+l"(a), [b] "+l"(b), [y] "+l"(y)
        : [count] "r"(s->count), [af] "r"(s->a_factor), [bf] "r"(s->b_factor), [constant] "r"(s->constant)
        : "q0", "q1", "q2", "q3", "lr", "memory");
#else
    for (int32_t i = 0; i < s->count; i++) {
        const int32_t p = (int32_t)((int64_t)a[i] * s->a_factor >> 8), q = (int32_t)((int64_t)b[i] * s->b_factor >> 8);
        const int32_t code = (p + q + s->constant) >> 21;
        y[i] = (int8_t)(code < -128 ? -128 : code > 127 ? 127 : code);
    }
#endif
}
