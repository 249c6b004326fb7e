/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A block of sums to a block of mantissas. The magnitude that decides about the shift is known up to less than 1: only where this matters
 * the definition counts. */
#include "te_dsp_gradient.h"

/* Whether all sums are zero, as they are where a gradient vanishes. */
static int32_t te_vanishes(const int32_t *row, int32_t count)
{
    int32_t some = 0;
    for (int32_t i = 0; i < count; i++) {
        some |= row[i];
    }
    return some == 0;
}

void te_dsp_block_store(int32_t *row, int32_t count, int32_t channels, const int16_t *factor, int32_t lift,
                        int32_t exponent, int8_t *to)
{
    const int32_t part = factor == NULL ? count : channels;
    uint32_t largest = 0;
    if (row[0] == 0 && te_vanishes(row, count)) {
        *to = TE_EXPONENT_MIN;
        memset(to + 1, 0, (size_t)count);
        return;
    }
    for (int32_t i = 0; i < count; i += part) {
        largest = te_dsp_largest(row + i, part, factor, largest);
    }
    int32_t bits = 8;
    while (largest >> bits != 0) {
        bits++;
    }
    const uint32_t edge = 255u << (bits - 8); /* from here on the magnitude rounds to 128 */
    const int32_t shift = bits - 7 + (largest >= edge ? 1 : 0), down = shift + (factor == NULL ? 0 : 16) - lift;
    if (largest < 128 || largest + 1 == edge || down < 0 || exponent + down < TE_EXPONENT_MIN) {
        for (int32_t i = 0; lift > 0 && i < count; i++) {
            row[i] >>= lift;
        }
        te_block_store(row, count, channels, factor, exponent, to);
        return;
    }
    *to++ = (int8_t)(exponent + down > TE_EXPONENT_MAX ? TE_EXPONENT_MAX : exponent + down);
    for (int32_t i = 0; i < count; i += part) {
        to = te_dsp_mantissas(row + i, part, factor, shift, to);
    }
}
