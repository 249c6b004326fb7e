/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of an int32 bias, saturating at +-2^30; step[c] is the number of codes per unit of lr*gradient in channel c. */
#include "te_kernels.h"
#include "te_update.h"

void te_sgd_i32_ref(const te_sgd *s, int32_t *p, const float *g, const float *lr, const uint32_t *random, int8_t *residual, const float *step)
{
    const int32_t limit = (int32_t)1 << 30;
    const float rate = *lr * s->rate;
    const uint32_t key = te_random_key(random, (uint32_t)s->tensor);
    (void)residual;
    for (int32_t i = 0; i < s->count; i++) {
        float delta = -((rate * step[i / s->per_channel]) * g[i]);
        int64_t v = (int64_t)p[i] + te_round_step(delta, s->rule, key, (uint32_t)i);
        p[i] = (int32_t)(v > limit ? limit : v < -limit ? -limit : v);
    }
}
