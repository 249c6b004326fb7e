/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Mean of the Huber loss with delta 1: e^2/2 where |e| <= 1, else |e| - 1/2, with e = y - target; and its gradient. */
#include "te_kernels.h"

void te_huber_f32_ref(const te_elements *s, const float *y, const float *target, float *loss, float *dy)
{
    const float share = 1.0f / (float)s->count;
    float sum = 0.0f;
    for (int32_t i = 0; i < s->count; i++) {
        const float e = y[i] - target[i];
        const float size = e < 0.0f ? -e : e;
        const float slope = e > 1.0f ? 1.0f : e < -1.0f ? -1.0f : e;
        sum += size <= 1.0f ? 0.5f * (e * e) : size - 0.5f;
        dy[i] = slope * share;
    }
    *loss = sum * share;
}
