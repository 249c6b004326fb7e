/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Reciprocal. y may be x. */
#include "te_kernels.h"

void te_reciprocal_f32_ref(const te_unary *s, const float *x, float *y)
{
    for (int32_t i = 0; i < s->count; i++) {
        y[i] = 1.0f / x[i];
    }
}
