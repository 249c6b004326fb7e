/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The sum over all rows, column by column, in storage order: the gradient of a bias. */
#include "te_kernels.h"

void te_channel_sum_f32_ref(const te_rows *s, const float *x, float *sum)
{
    for (int32_t c = 0; c < s->columns; c++) {
        sum[c] = s->rows > 0 ? 0.0f + x[c] : 0.0f;
    }
    for (int32_t r = 1; r < s->rows; r++) {
        for (int32_t c = 0; c < s->columns; c++) {
            sum[c] += x[r * s->columns + c];
        }
    }
}
