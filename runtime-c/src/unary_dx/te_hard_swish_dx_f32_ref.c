/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of hard swish, from its operand. dx may be dy. */
#include "te_kernels.h"

void te_hard_swish_dx_f32_ref(const te_unary *s, const float *dy, const float *x, float *dx)
{
    for (int32_t i = 0; i < s->count; i++) {
        const float v = x[i];
        dx[i] = dy[i]
                * (s->alpha * v + s->beta <= 0.0f   ? 0.0f
                   : s->alpha * v + s->beta >= 1.0f ? 1.0f
                                                    : 2.0f * s->alpha * v + s->beta);
    }
}
