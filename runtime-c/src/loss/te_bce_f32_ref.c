/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Mean binary cross-entropy of sigmoid(y) over the elements of a sample, and its gradient sigmoid(y) - target. With e = exp(-|y|)
 * neither overflows: the loss is max(y, 0) - y*target + log(1 + e). */
#include "te_kernels.h"
#include "te_math.h"

void te_bce_f32_ref(const te_map *s, const float *y, const float *target, float *loss, float *dy)
{
    const float share = 1.0f / (float)s->count;
    float sum = 0.0f;
    for (int32_t i = 0; i < s->count; i++) {
        const float e = te_expf(y[i] < 0.0f ? y[i] : -y[i]);
        sum += (y[i] > 0.0f ? y[i] : 0.0f) - y[i] * target[i] + te_logf(1.0f + e);
        dy[i] = ((y[i] < 0.0f ? e : 1.0f) / (1.0f + e) - target[i]) * share;
    }
    *loss = sum * share;
}
