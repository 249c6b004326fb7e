/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Dense layer. y = clamp(round(acc * multiplier[oc]) + y_zero), acc = b + sum of (x - x_zero) * w. A sum runs over the inputs in order, from the bias on. */
#include "te_kernels.h"
#include "te_math.h"

void te_dense_i8_ref(const te_dense *s, const int8_t *x, const int8_t *w, const int32_t *b, const float *multiplier, int8_t *y, uint8_t *mask)
{
    int32_t out = 0;
    for (int32_t n = 0; n < s->batch; n++) {
        const int8_t *x_row = &x[n * s->in];
        for (int32_t oc = 0; oc < s->out; oc++, out++) {
            const int8_t *w_row = &w[oc * s->in];
            int32_t acc = b == NULL ? 0 : b[oc];
            for (int32_t c = 0; c < s->in; c++) {
                acc += (x_row[c] - s->x_zero) * w_row[c];
            }
            te_store_i8(y, mask, out, te_scale(acc, multiplier[oc]) + s->y_zero, s->y_min, s->y_max);
        }
    }
}
