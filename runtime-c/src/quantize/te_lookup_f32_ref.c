/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Raw samples through a table of 256 entries. */
#include "te_kernels.h"

void te_lookup_f32_ref(const te_elements *s, const uint8_t *x, const float *table, float *y)
{
    for (int32_t i = 0; i < s->count; i++) {
        y[i] = table[x[i]];
    }
}
