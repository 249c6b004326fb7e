/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a function that was a table of 256 codes: dy times the derivative that a second table has for each code. */
#include "te_kernels.h"
#include "te_math.h"

void te_lookup_dx_f32_ref(const te_elements *s, const float *dy, const int8_t *x, const float *table, float *dx)
{
    for (int32_t i = 0; i < s->count; i++) {
        dx[i] = te_limit(dy[i] * table[(uint8_t)x[i]]);
    }
}
