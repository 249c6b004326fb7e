/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums of mantissas in words: they stand at an exponent `low`, the least one of the mantissas that take part, so that they need few
 * bits. te_block.h is the definition; every value here equals it. */
#ifndef TE_TILE_EXPONENTS_H
#define TE_TILE_EXPONENTS_H

#include "te_block.h"

/* Sums of mantissas times codes are below 2^30 where the magnitudes of the mantissas add up to less than this. Those of 8 bits
 * need no test: their guard is chosen so. */
#define TE_TILE_NORM_MAX ((uint32_t)1 << 23)

/* How far a mantissa may be shifted: its magnitude stays below 2^31, or below the above. */
enum { TE_TILE_LIFT = 16, TE_TILE_SHORT_LIFT = 8 };

/* The exponents of some blocks. */
typedef struct te_tile_exponents {
    int32_t top, low; /* the largest, the least above TE_EXPONENT_MIN */
} te_tile_exponents;

static inline te_tile_exponents te_tile_no_exponents(void)
{
    const te_tile_exponents none = {TE_EXPONENT_MIN, TE_EXPONENT_MAX};
    return none;
}

static inline void te_tile_exponent(te_tile_exponents *e, int32_t exponent)
{
    e->top = exponent > e->top ? exponent : e->top;
    e->low = exponent < e->low && exponent > TE_EXPONENT_MIN ? exponent : e->low;
}

/* The exponent at which to sum: that of the definition, top - guard, or a larger one with which nothing is lost. Blocks at the least
 * exponent of all are mostly zero; where they are not and the sum is not far above them, they count. */
static inline int32_t te_tile_low(const te_tile_exponents *e, int32_t guard)
{
    const int32_t least = e->top - guard;
    const int32_t low = least - TE_BLOCK_BITS < TE_EXPONENT_MIN ? TE_EXPONENT_MIN : e->low;
    if (e->low > e->top) {
        return e->top; /* all stand at the least exponent */
    }
    return TE_BLOCK_BITS == 8 || low < least ? least : low;
}

#endif
