/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* First sums of weights as they are. */
#include "te_mve_first_sums.h"

void te_mve_first_sums(const te_mve_layer *l, int32_t x_zero, const int32_t *b, int32_t *first)
{
    const int8_t *w = l->w;
    for (int32_t oc = 0; oc < l->outputs; oc++) {
        int32_t sum = 0;
#if TE_MVE_CORE
        const int8_t *at = w;
        __asm__ volatile("dlstp.8 lr, %[n]\n 1: vldrb.8 q0, [%[at]], #16\n vaddva.s8 %[sum], q0\n letp lr, 1b\n"
                         : [at] "+r"(at), [sum] "+Te"(sum)
                         : [n] "r"(l->inputs)
                         : "q0", "lr", "memory");
#else
        for (int32_t i = 0; i < l->inputs; i++) {
            sum += w[i];
        }
#endif
        w += l->inputs;
        first[oc] = (b == NULL ? 0 : b[oc]) - x_zero * sum;
    }
}
