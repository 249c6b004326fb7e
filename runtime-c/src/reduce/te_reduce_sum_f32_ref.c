/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sum over some dimensions of fp32, divided by their extent where a mean is asked for, clamped. */
#include "te_kernels.h"
#include "te_math.h"

void te_reduce_sum_f32_ref(const te_reduce *s, const float *x, float *y, uint8_t *mask)
{
    for (int32_t k0 = 0, i = 0; k0 < s->keep0; k0++) {
        for (int32_t k1 = 0; k1 < s->keep1; k1++, i++) {
            const float *from = &x[k0 * s->keep0_step + k1 * s->keep1_step];
            float sum = 0.0f;
            for (int32_t f0 = 0; f0 < s->fold0; f0++) {
                for (int32_t f1 = 0; f1 < s->fold1; f1++) {
                    sum += from[f0 * s->fold0_step + f1 * s->fold1_step];
                }
            }
            te_store_f32(&y[i], mask, i, sum / (float)s->divisor, s->f_min, s->f_max);
        }
    }
}
