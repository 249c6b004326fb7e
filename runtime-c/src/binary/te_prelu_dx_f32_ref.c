/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a leaky rectifier: dy, below 0 times the slope. dx may be dy. */
#include "te_kernels.h"
#include "te_broadcast.h"

void te_prelu_dx_f32_ref(const te_binary *s, const float *dy, const float *x, const float *slope, float *dx)
{
    int32_t i = 0;
    for (int32_t row = 0; row < te_pair_rows(s); row++) {
        const te_pair at = te_pair_row(s, row);
        for (int32_t c = 0; c < s->d3; c++, i++) {
            dx[i] = x[at.a + c * s->a3] < 0.0f ? dy[i] * slope[at.b + c * s->b3] : dy[i];
        }
    }
}
