/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums times the factors of their channels, in words: the upper and the lower half of a sum by themselves. */
#include "te_tile_scale.h"

uint32_t te_tile_scale(int32_t *sums, int32_t step, int32_t count, const int16_t *factor, uint32_t largest)
{
    for (int32_t i = 0; i < count; i++, sums += step) {
        int32_t v = *sums;
        if (factor != NULL) {
            const int32_t f = factor[i];
            const uint32_t low = ((uint32_t)v & 0xffffu) * (uint32_t)f;
            const int32_t high = (v >> 16) * f + (int32_t)(low >> 16);
            v = high * 2 + (int32_t)(((low & 0xffffu) + 0xffffu) >> 16);
            *sums = v;
        }
        const uint32_t magnitude = (uint32_t)(v < 0 ? -v : v);
        largest = magnitude > largest ? magnitude : largest;
    }
    return largest;
}
