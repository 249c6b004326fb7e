/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* What is before and behind the products of a block: biases, and codes of sums. */
#ifndef TE_TILE_RESULTS_H
#define TE_TILE_RESULTS_H

#include "te_tile.h"

/* The assembly knows the order. */
typedef struct te_tile_results_of {
    const int32_t *b; /* may be NULL */
    const float *multiplier;
    int32_t y_zero, y_min, y_max;
    int32_t results; /* of a channel, one behind the other: TE_TILE or 1 */
} te_tile_results_of;

/* The sums of channels first .. first + channels - 1, before any product. */
static inline void te_tile_first_sums(const te_tile_results_of *o, int32_t *sums, int32_t first, int32_t channels)
{
    for (int32_t oc = 0; oc < channels; oc++, sums += TE_TILE) {
        const int32_t b = o->b == NULL ? 0 : o->b[first + oc];
        sums[0] = b;
        sums[1] = b;
        sums[2] = b;
        sums[3] = b;
    }
}

/* Stores the codes of such channels; y points at channel 0 of each result. Two results that are one have the same sums. */
void te_tile_results(const te_tile_results_of *o, const int32_t *sums, int32_t first, int32_t channels,
                     int8_t *const *y);

#endif
