/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Softmax of int8 over the last axis. Exponentials are computed twice rather than kept, so that no scratch is needed. */
#include "te_kernels.h"
#include "te_math.h"

void te_softmax_i8_ref(const te_softmax *s, const int8_t *x, int8_t *y)
{
    for (int32_t r = 0; r < s->rows; r++, x += s->columns, y += s->columns) {
        int32_t max = x[0];
        for (int32_t c = 1; c < s->columns; c++) {
            max = x[c] > max ? x[c] : max;
        }
        float sum = 0.0f;
        for (int32_t c = 0; c < s->columns; c++) {
            sum += te_expf((float)(x[c] - max) * s->x_scale);
        }
        for (int32_t c = 0; c < s->columns; c++) {
            const float p = te_expf((float)(x[c] - max) * s->x_scale) / sum;
            te_store_i8(&y[c], NULL, c, te_round_clamped(p / s->y_scale, -1000.0f, 1000.0f) + s->y_zero, -128, 127);
        }
    }
}
