/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Mean of (y - target)^2 over the elements of a sample, and its gradient. */
#include "te_kernels.h"

void te_mse_f32_ref(const te_elements *s, const float *y, const float *target, float *loss, float *dy)
{
    const float share = 1.0f / (float)s->count;
    float sum = 0.0f;
    for (int32_t i = 0; i < s->count; i++) {
        const float e = y[i] - target[i];
        sum += e * e;
        dy[i] = (e + e) * share;
    }
    *loss = sum * share;
}
