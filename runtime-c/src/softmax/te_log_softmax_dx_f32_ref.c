/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of log-softmax from its result: dy - exp(y) * sum of dy. dx may be dy. */
#include "te_kernels.h"
#include "te_math.h"

void te_log_softmax_dx_f32_ref(const te_softmax *s, const float *dy, const float *y, float *dx)
{
    for (int32_t r = 0; r < s->rows; r++, dy += s->columns, y += s->columns, dx += s->columns) {
        float sum = 0.0f;
        for (int32_t c = 0; c < s->columns; c++) {
            sum += dy[c];
        }
        for (int32_t c = 0; c < s->columns; c++) {
            dx[c] = dy[c] - te_expf(y[c]) * sum;
        }
    }
}
