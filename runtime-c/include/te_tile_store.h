/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Words to a block of mantissas. */
#ifndef TE_TILE_STORE_H
#define TE_TILE_STORE_H

#include "te_inline_body.h"
#include "te_tile_gradient.h"

/* From 65535/2 or 255/2 units on a magnitude rounds to more than a mantissa. */
#define TE_TILE_EDGE (2u * TE_MANTISSA_MAX + 1u)

/* Rounds half to even, `shift` bits down, 1 .. TE_BLOCK_BITS. */
TE_APART void te_tile_round(const int32_t *sums, int32_t step, int32_t count, int32_t shift, te_mantissa_t *to)
{
    const int32_t half = 1 << (shift - 1), rest = 32 - shift;
    for (int32_t i = 0; i < count; i++, sums += step) {
        const int32_t up = *sums + half;
        int32_t m = up >> shift;
        if ((uint32_t)up << rest == 0) {
            m &= ~1;
        }
        to[i] = (te_mantissa_t)m;
    }
}

/* Where no bits are lost, a mantissa would be 0 units, or a sum has no room to be rounded, the definition decides. */
TE_INLINE_BODY int32_t te_tile_store_block(int32_t *sums, int32_t first, int32_t pixels, int32_t channels, int32_t by,
                                           const int16_t *factor, int32_t exponent, te_mantissa_t *to)
{
    uint32_t largest = 0;
    for (int32_t p = first; p < first + pixels; p++) {
        largest = te_tile_scale(&sums[(p & -by) * channels + (p & (by - 1))], by, channels, factor, largest);
    }
    int32_t shift = 1;
    while (shift < 32 - TE_BLOCK_BITS && largest >= TE_TILE_EDGE << (shift - 1)) {
        shift++;
    }
    const int32_t down = exponent + shift + (factor == NULL ? 0 : TE_TILE_FACTOR_BITS);
    if (largest == 0) {
        *to = TE_EXPONENT_MIN;
    } else if (largest <= TE_TILE_EDGE || largest >= TE_TILE_EDGE << (shift - 1) || down < TE_EXPONENT_MIN) {
        return 0;
    } else {
        *to = (te_mantissa_t)(down > TE_EXPONENT_MAX ? TE_EXPONENT_MAX : down);
    }
    to++;
    for (int32_t p = first; p < first + pixels; p++, to += channels) {
        te_tile_round(&sums[(p & -by) * channels + (p & (by - 1))], by, channels, shift, to);
    }
    return 1;
}

#endif
