/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a leaky rectifier of codes: dy, below 0 times the real slope. dx may be dy. */
#include "te_kernels.h"
#include "te_broadcast.h"

void te_prelu_dx_f32_i8_ref(const te_binary *s, const float *dy, const int8_t *x, const int8_t *slope, float *dx)
{
    int32_t i = 0;
    for (int32_t row = 0; row < te_pair_rows(s); row++) {
        const te_pair at = te_pair_row(s, row);
        for (int32_t c = 0; c < s->d3; c++, i++) {
            dx[i] = x[at.a + c * s->a3] < s->a_zero ? dy[i] * ((float)(slope[at.b + c * s->b3] - s->b_zero) * s->b_scale) : dy[i];
        }
    }
}
