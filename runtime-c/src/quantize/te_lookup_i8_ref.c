/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Bytes through a table of 256 entries: raw samples, or int8 codes, whose table is in the order of their bytes. */
#include "te_kernels.h"

void te_lookup_i8_ref(const te_elements *s, const void *x, const int8_t *table, int8_t *y)
{
    const uint8_t *bytes = x;
    for (int32_t i = 0; i < s->count; i++) {
        y[i] = table[bytes[i]];
    }
}
