/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of celu, from its result. dx may be dy. */
#include "te_kernels.h"

void te_celu_dx_f32_ref(const te_unary *s, const float *dy, const float *y, float *dx)
{
    for (int32_t i = 0; i < s->count; i++) {
        const float v = y[i];
        dx[i] = dy[i] * (v < 0.0f ? v / s->alpha + 1.0f : 1.0f);
    }
}
