/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Mean 0 and variance 1 over every group of elements. y may be x. */
#include "te_kernels.h"
#include "te_normalize.h"

void te_normalize_f32_ref(const te_normalize *s, const float *x, float *y)
{
    for (int32_t n = 0; n < s->outer; n++) {
        for (int32_t g = 0; g < s->groups; g++) {
            const te_statistics group = te_group_statistics(s, x, n, g);
            for (int32_t p = 0; p < s->positions; p++) {
                const int32_t first = te_group_at(s, n, p, g);
                for (int32_t i = first; i < first + s->channels; i++) {
                    y[i] = (x[i] - group.mean) * group.reciprocal;
                }
            }
        }
    }
}
