/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The sum over all rows, column by column, in storage order: the gradient of a bias. */
#include "te_dsp_column_sums.h"
#include "te_kernels.h"

void te_channel_sum_f32_dsp(const te_rows *s, const float *x, float *sum)
{
    const int32_t columns = s->columns;
    int32_t c = 0;
    for (; c + TE_DSP_COLUMNS <= columns; c += TE_DSP_COLUMNS) {
        te_dsp_column_sums(x + c, 4 * columns, s->rows, sum + c);
    }
    for (; c < columns; c++) {
        float total = 0.0f;
        for (int32_t r = 0; r < s->rows; r++) {
            total += x[r * columns + c];
        }
        sum[c] = total;
    }
}
