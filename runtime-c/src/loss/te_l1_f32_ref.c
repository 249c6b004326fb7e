/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Mean of |y - target| over the elements of a sample, and its gradient, which is 0 where they are equal. */
#include "te_kernels.h"

void te_l1_f32_ref(const te_elements *s, const float *y, const float *target, float *loss, float *dy)
{
    const float share = 1.0f / (float)s->count;
    float sum = 0.0f;
    for (int32_t i = 0; i < s->count; i++) {
        const float e = y[i] - target[i];
        sum += e < 0.0f ? -e : e;
        dy[i] = e > 0.0f ? share : e < 0.0f ? -share : e == 0.0f ? 0.0f : e;
    }
    *loss = sum * share;
}
