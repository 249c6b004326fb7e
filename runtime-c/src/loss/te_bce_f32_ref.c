/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Mean binary cross-entropy of sigmoid(y) over the elements of a sample, and its gradient sigmoid(y) - target. The loss is
 * softplus(y) - y*target, which does not overflow. */
#include "te_kernels.h"
#include "te_unary.h"

void te_bce_f32_ref(const te_elements *s, const float *y, const float *target, float *loss, float *dy)
{
    const float share = 1.0f / (float)s->count;
    float sum = 0.0f;
    for (int32_t i = 0; i < s->count; i++) {
        sum += te_softplusf(y[i]) - y[i] * target[i];
        dy[i] = (te_sigmoidf(y[i]) - target[i]) * share;
    }
    *loss = sum * share;
}
