/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Adds the squares of a gradient to those of the gradients before it. */
#include "te_kernels.h"

void te_square_sum_f32_ref(const te_elements *s, const float *g, const float *before, float *sum)
{
    float total = before == NULL ? 0.0f : *before;
    for (int32_t i = 0; i < s->count; i++) {
        total += g[i] * g[i];
    }
    *sum = total;
}
