/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of an fp32 parameter: p -= lr*rate*g. */
#include "te_kernels.h"

void te_sgd_f32_ref(const te_sgd *s, float *p, const float *g, const float *lr, const uint32_t *random, int8_t *residual)
{
    const float rate = *lr * s->rate;
    (void)random;
    (void)residual;
    for (int32_t i = 0; i < s->count; i++) {
        p[i] -= rate * g[i];
    }
}
