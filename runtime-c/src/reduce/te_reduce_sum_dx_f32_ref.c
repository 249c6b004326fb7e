/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a sum or mean: every element gets the gradient of the result it went into, or its share. */
#include "te_kernels.h"

void te_reduce_sum_dx_f32_ref(const te_reduce *s, const float *dy, float *dx)
{
    for (int32_t k0 = 0, i = 0; k0 < s->keep0; k0++) {
        for (int32_t k1 = 0; k1 < s->keep1; k1++, i++) {
            float *to = &dx[k0 * s->keep0_step + k1 * s->keep1_step];
            const float share = dy[i] / (float)s->divisor;
            for (int32_t f0 = 0; f0 < s->fold0; f0++) {
                for (int32_t f1 = 0; f1 < s->fold1; f1++) {
                    to[f0 * s->fold0_step + f1 * s->fold1_step] = share;
                }
            }
        }
    }
}
