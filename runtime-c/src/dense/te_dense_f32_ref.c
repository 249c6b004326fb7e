/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Dense layer. y = clamp(b + sum of x * w). A sum runs over the inputs in order, from the bias on. */
#include "te_kernels.h"
#include "te_math.h"

void te_dense_f32_ref(const te_dense *s, const float *x, const float *w, const float *b, float *y, uint8_t *mask)
{
    int32_t out = 0;
    for (int32_t n = 0; n < s->batch; n++) {
        const float *x_row = &x[n * s->in];
        for (int32_t oc = 0; oc < s->out; oc++, out++) {
            const float *w_row = &w[oc * s->in];
            float acc = b == NULL ? 0 : b[oc];
            for (int32_t c = 0; c < s->in; c++) {
                acc += x_row[c] * w_row[c];
            }
            te_store_f32(y, mask, out, acc, s->f_min, s->f_max);
        }
    }
}
