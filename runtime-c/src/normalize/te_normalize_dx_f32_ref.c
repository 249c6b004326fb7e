/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a normalization: (dy - mean(dy) - y * mean(dy * y)) / sqrt(variance + epsilon), y computed again from x. dx may be dy. */
#include "te_kernels.h"
#include "te_normalize.h"

void te_normalize_dx_f32_ref(const te_normalize *s, const float *dy, const float *x, float *dx)
{
    const float count = (float)(s->positions * s->channels);
    for (int32_t n = 0; n < s->outer; n++) {
        for (int32_t g = 0; g < s->groups; g++) {
            const te_statistics group = te_group_statistics(s, x, n, g);
            float sum = 0.0f;
            float product = 0.0f;
            for (int32_t p = 0; p < s->positions; p++) {
                const int32_t first = te_group_at(s, n, p, g);
                for (int32_t i = first; i < first + s->channels; i++) {
                    sum += dy[i];
                    product += dy[i] * ((x[i] - group.mean) * group.reciprocal);
                }
            }
            sum = sum / count;
            product = product / count;
            for (int32_t p = 0; p < s->positions; p++) {
                const int32_t first = te_group_at(s, n, p, g);
                for (int32_t i = first; i < first + s->channels; i++) {
                    dx[i] =
                        te_limit(((dy[i] - sum) - (x[i] - group.mean) * group.reciprocal * product) * group.reciprocal);
                }
            }
        }
    }
}
