/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of an int8 parameter; step[c] is the number of codes per unit of lr*gradient in channel c. */
#include "te_kernels.h"
#include "te_step_group.h"

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
    for (int32_t c = 0; c * s->per_channel < s->count; c++) {
        const int32_t channel = c * s->per_channel;
        for (int32_t first = 0; first < s->per_channel; first += TE_GROUP) {
            const int32_t at = channel + first, rest = s->per_channel - first,
                          count = rest < TE_GROUP ? rest : TE_GROUP;
            float delta[TE_GROUP];
            for (int32_t i = 0; i < count; i++) {
                const float d = te_direction(scale * g[at + i], velocity, at + i, s->momentum);
                delta[i] = te_delta(rate * step[c], d, shrink, (float)p[at + i]);
            }
            te_step_group(&p[at], residual == NULL ? NULL : &residual[at], delta, count, s->rule, key, channel, first);
        }
    }
}
