/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Dense layer of codes whose weights or biases train, or whose results have a mask: a call makes the first sums. */
#include "te_kernels.h"
#include "te_mve_dense.h"
#include "te_mve_first_sums.h"
#include "te_mve_mask.h"

void te_dense_plain_i8_mve(const te_dense *s, const int8_t *x, const int8_t *w, const int32_t *b,
                           const float *multiplier, int8_t *y, uint8_t *mask, int32_t *scratch)
{
    const int32_t count = s->batch * s->out;
    te_mve_layer l = te_mve_dense_layer(s, w, multiplier);
    te_mve_first_sums(&l, s->x_zero, b, scratch);
    l.first = scratch;
    te_mve_pixels(&l, x, s->batch, y);
    if (mask != NULL) {
        te_mve_mask(y, count, mask, 0, s->y_min, s->y_max);
        if (count % 8 != 0) { /* bits of no code */
            mask[count / 8] &= (uint8_t)((1 << count % 8) - 1);
        }
    }
}
