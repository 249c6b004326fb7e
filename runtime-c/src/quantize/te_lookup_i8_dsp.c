/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Bytes through a table of 256 entries, eight at a time. */
#include "te_kernels.h"

void te_lookup_i8_dsp(const te_elements *s, const void *x, const int8_t *table, int8_t *y)
{
    const uint8_t *bytes = x;
    int32_t left = s->count;
    for (; left >= 8; left -= 8, bytes += 8, y += 8) {
        y[0] = table[bytes[0]];
        y[1] = table[bytes[1]];
        y[2] = table[bytes[2]];
        y[3] = table[bytes[3]];
        y[4] = table[bytes[4]];
        y[5] = table[bytes[5]];
        y[6] = table[bytes[6]];
        y[7] = table[bytes[7]];
    }
    for (int32_t i = 0; i < left; i++) {
        y[i] = table[bytes[i]];
    }
}
