/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Logarithm of the softmax over the last axis: x - max - log(sum exp(x - max)). y may be x. */
#include "te_kernels.h"
#include "te_math.h"

void te_log_softmax_f32_ref(const te_softmax *s, const float *x, float *y)
{
    for (int32_t r = 0; r < s->rows; r++, x += s->columns, y += s->columns) {
        float max = x[0];
        for (int32_t c = 1; c < s->columns; c++) {
            max = x[c] > max ? x[c] : max;
        }
        float sum = 0.0f;
        for (int32_t c = 0; c < s->columns; c++) {
            sum += te_expf(x[c] - max);
        }
        const float log = sum == sum ? te_logf(sum) : sum; /* NaN passes */
        for (int32_t c = 0; c < s->columns; c++) {
            y[c] = x[c] - max - log;
        }
    }
}
