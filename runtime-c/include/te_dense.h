/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Dense layer. A sum runs over the inputs in order. */
#ifndef TE_DENSE_H
#define TE_DENSE_H

#define TE_LAYER te_dense
#include "te_inline_body.h"
#include "te_layer.h"

TE_INLINE_BODY void te_dense_forward(const te_dense *s, const te_x *x, const te_w *w, const te_sum *b,
                                     const float *scale, te_x *y, uint8_t *mask)
{
    int32_t out = 0;
    for (int32_t n = 0; n < s->batch; n++) {
        const te_x *x_row = &x[n * s->in];
        for (int32_t oc = 0; oc < s->out; oc++, out++) {
            const te_w *w_row = &w[oc * s->in];
            te_sum sum = te_sum_start(b, oc);
            for (int32_t c = 0; c < s->in; c++) {
                sum += te_product(x_row[c], s->x_zero, w_row[c]);
            }
            te_store_sum(s, sum, b, scale, oc, &y[out], mask, out);
        }
    }
}

#endif
