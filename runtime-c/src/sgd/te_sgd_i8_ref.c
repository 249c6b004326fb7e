/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of an int8 parameter; step[c] is the number of codes per unit of lr*gradient in channel c. */
#include "te_kernels.h"
#include "te_update.h"

void te_sgd_i8_ref(const te_sgd *s, int8_t *p, const float *g, const float *lr, const uint32_t *random, int8_t *residual, const float *step)
{
    const float rate = *lr * s->rate;
    const uint32_t key = te_random_key(random, (uint32_t)s->tensor);
    for (int32_t i = 0; i < s->count; i++) {
        float delta = -((rate * step[i / s->per_channel]) * g[i]);
        te_step_i8(&p[i], residual == NULL ? NULL : &residual[i], delta, s->rule, key, (uint32_t)i);
    }
}
