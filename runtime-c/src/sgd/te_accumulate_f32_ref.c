/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Adds the gradient of a step to the sum of its update; the first of every `every` steps resets the sum. */
#include "te_kernels.h"

void te_accumulate_f32_ref(const te_accumulate *s, float *sum, const float *g, const uint32_t *random)
{
    const int32_t first = random[1] % (uint32_t)s->every == 0u;
    for (int32_t i = 0; i < s->count; i++) {
        sum[i] = first ? g[i] : sum[i] + g[i];
    }
}
