/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Dense layer. A sum runs over the inputs in order. Weights may lie in two arrays (te_layer.h). */
#ifndef TE_DENSE_H
#define TE_DENSE_H

#define TE_LAYER te_dense
#include "te_inline_body.h"
#include "te_layer.h"

TE_INLINE_BODY void te_dense_forward(const te_dense *s, const te_x *x, const te_w *w, const te_sum *b, const te_w *part,
                                     const float *scale, const int16_t *channels, te_x *y, uint8_t *mask)
{
    const int32_t part_c = s->part_c;
    const int32_t rest_c = s->in - part_c;
    int32_t out = 0;
    for (int32_t n = 0; n < s->batch; n++) {
        const te_x *x_row = &x[n * s->in];
        for (int32_t oc = 0; oc < s->out; oc++, out++) {
            te_sum sum = te_sum_start(b, oc);
            if (part == NULL) {
                const te_w *w_row = &w[oc * s->in];
                for (int32_t c = 0; c < s->in; c++) {
                    sum += te_product(x_row[c], s->x_zero, w_row[c]);
                }
            } else {
                sum = te_sum_channels(sum, x_row, s->x_zero, &part[oc * part_c], 0, part_c, channels);
                sum = te_sum_channels(sum, x_row, s->x_zero, &w[oc * rest_c], part_c, rest_c, channels);
            }
            te_store_sum(s, sum, b, scale, oc, &y[out], mask, out);
        }
    }
}

#endif
