/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of an int8 parameter; step[c] is the number of codes per unit of lr*gradient in channel c. */
#include "te_kernels.h"
#include "te_update.h"

void te_sgd_i8_ref(const te_sgd *s, int8_t *p, const float *g, const float *lr, const uint32_t *random,
                   int8_t *residual, float *velocity, const float *clip, const float *step)
{
    const float rate = *lr * s->rate;
    const float shrink = rate * s->decay;
    const float scale = te_gradient_scale(s->every, clip);
    const uint32_t key = te_random_key(random, (uint32_t)s->tensor);
    if (!te_update_due(random, s->every)) {
        return;
    }
    for (int32_t i = 0; i < s->count; i++) {
        const float d = te_direction(scale * g[i], velocity, i, s->momentum);
        const float delta = te_delta(rate * step[i / s->per_channel], d, shrink, (float)p[i]);
        te_step_i8(&p[i], residual == NULL ? NULL : &residual[i], delta, s->rule, key, (uint32_t)i);
    }
}
