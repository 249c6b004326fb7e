/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sum or mean over some dimensions of codes: an exact integer sum, rescaled and rounded once. */
#include "te_kernels.h"
#include "te_math.h"

void te_reduce_sum_i8_ref(const te_reduce *s, const int8_t *x, int8_t *y, uint8_t *mask)
{
    for (int32_t k0 = 0, i = 0; k0 < s->keep0; k0++) {
        for (int32_t k1 = 0; k1 < s->keep1; k1++, i++) {
            const int8_t *from = &x[k0 * s->keep0_step + k1 * s->keep1_step];
            int32_t sum = 0;
            for (int32_t f0 = 0; f0 < s->fold0; f0++) {
                for (int32_t f1 = 0; f1 < s->fold1; f1++) {
                    sum += from[f0 * s->fold0_step + f1 * s->fold1_step] - s->x_zero;
                }
            }
            te_store_i8(&y[i], mask, i, te_scale(sum, s->scale) + s->y_zero, s->y_min, s->y_max);
        }
    }
}
