/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of softmax from its result: y * (dy - sum of dy*y). dx may be dy. */
#include "te_kernels.h"

void te_softmax_dx_f32_ref(const te_softmax *s, const float *dy, const float *y, float *dx)
{
    for (int32_t r = 0; r < s->rows; r++, dy += s->columns, y += s->columns, dx += s->columns) {
        float dot = 0.0f;
        for (int32_t c = 0; c < s->columns; c++) {
            dot += dy[c] * y[c];
        }
        for (int32_t c = 0; c < s->columns; c++) {
            dx[c] = y[c] * (dy[c] - dot);
        }
    }
}
