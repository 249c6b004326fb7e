/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of an fp32 parameter: p -= lr*rate*d + lr*rate*decay*p, where d is the gradient or the velocity. */
#include "te_kernels.h"
#include "te_update.h"

void te_sgd_f32_ref(const te_sgd *s, float *p, const float *g, const float *lr, const uint32_t *random,
                    int8_t *residual, float *velocity, const float *clip)
{
    const float rate = *lr * s->rate;
    const float shrink = rate * s->decay;
    const float scale = te_gradient_scale(s->every, clip);
    (void)residual;
    if (!te_update_due(random, s->every)) {
        return;
    }
    if (velocity == NULL) { /* apart, so that the loop does not ask */
        for (int32_t i = 0; i < s->count; i++) {
            p[i] -= rate * (scale * g[i]) + shrink * p[i];
        }
        return;
    }
    for (int32_t i = 0; i < s->count; i++) {
        p[i] -= rate * te_direction(scale * g[i], velocity, i, s->momentum) + shrink * p[i];
    }
}
