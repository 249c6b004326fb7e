/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of softmax from its result, int8 codes: y * (dy - sum of dy*y). dx may be dy. */
#include "te_kernels.h"

void te_softmax_dx_f32_i8_ref(const te_softmax *s, const float *dy, const int8_t *y, float *dx)
{
    for (int32_t r = 0; r < s->rows; r++, dy += s->columns, y += s->columns, dx += s->columns) {
        float dot = 0.0f;
        for (int32_t c = 0; c < s->columns; c++) {
            dot += dy[c] * ((float)(y[c] - s->x_zero) * s->x_scale);
        }
        for (int32_t c = 0; c < s->columns; c++) {
            dx[c] = (float)(y[c] - s->x_zero) * s->x_scale * (dy[c] - dot);
        }
    }
}
