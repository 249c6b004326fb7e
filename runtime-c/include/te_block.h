/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Block floating point, the format of narrow gradients: blocks of integer mantissas with one exponent, and optionally a scale
 * per channel, a power of two divided by an integer factor: real = mantissa * 2^exponent * 2^15 / factor[c]. A row of a map is cut
 * into equal blocks of whole pixels. A tensor is its blocks; a block is its exponent, stored as wide as a mantissa, then its mantissas.
 * So rows are complete in themselves, and rows of one tensor may be written over rows of another that nobody reads any more. All
 * arithmetic is exact in wide integers except for the roundings stated here, which are half to even. The file that includes this says
 * how wide: TE_BLOCK_BITS is 8 or 16. */
#ifndef TE_BLOCK_H
#define TE_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "te_math.h"

/* Sums of products stay below 2^TE_WIDE_BITS; so does a product with a factor of 15 bits below 2^62. */
#if TE_BLOCK_BITS == 8
typedef int8_t te_mantissa_t;
typedef int32_t te_wide;
#define TE_WIDE_BITS 30
#else
typedef int16_t te_mantissa_t;
typedef int64_t te_wide;
#define TE_WIDE_BITS 46
#endif

#define TE_MANTISSA_MAX ((1 << (TE_BLOCK_BITS - 1)) - 1)

/* Exponents saturate here: from below so that every power of two is a normal number, from above so that a mantissa of 16 bits stays
 * within TE_GRADIENT_LIMIT. A block of zeros has the least. */
#define TE_EXPONENT_MIN (-90)
#define TE_EXPONENT_MAX 25

/* Where a block of this number of mantissas begins, at its exponent. */
static inline int32_t te_block_at(int32_t block, int32_t mantissas)
{
    return block * (mantissas + 1);
}

/* 2^k for k in [-126, 127]. */
static inline float te_power(int32_t k)
{
    return te_bits_float((uint32_t)(k + 127) << 23);
}

/* value * 2^-down; down <= 0 is exact, and the caller knows that it fits. */
static inline te_wide te_block_align(te_wide value, int32_t down)
{
    if (down <= 0) {
        return value * ((te_wide)1 << -down);
    }
    if (down > TE_WIDE_BITS) {
        return 0;
    }
    const te_wide floor = value >> down;
    const te_wide rest = value - floor * ((te_wide)1 << down);
    const te_wide half = (te_wide)1 << (down - 1);
    return floor + (rest > half || (rest == half && (floor & 1) != 0) ? 1 : 0);
}

/* The largest exponent of some blocks. */
static inline int32_t te_block_largest(const te_mantissa_t *x, int32_t blocks, int32_t mantissas)
{
    int32_t top = TE_EXPONENT_MIN;
    for (int32_t i = 0; i < blocks; i++) {
        const int32_t exponent = x[te_block_at(i, mantissas)];
        top = exponent > top ? exponent : top;
    }
    return top;
}

/* Stores row * factor[channel] * 2^exponent as a block: shifted right by the least amount with which the largest magnitude
 * fits a mantissa. Without factors they are 1. */
static inline void te_block_store(const te_wide *row, int32_t count, int32_t channels, const int16_t *factor,
                                  int32_t exponent, te_mantissa_t *to)
{
    int64_t largest = 0;
    for (int32_t i = 0, c = 0; i < count; i++) {
        int64_t v = row[i] < 0 ? -(int64_t)row[i] : row[i];
        if (factor != NULL) {
            v *= factor[c];
            c = c + 1 < channels ? c + 1 : 0;
        }
        largest = v > largest ? v : largest;
    }
    int32_t shift = 0;
    while (te_shift_round(largest, shift) > TE_MANTISSA_MAX) {
        shift++;
    }
    if (exponent + shift < TE_EXPONENT_MIN) {
        shift = TE_EXPONENT_MIN - exponent; /* small blocks lose bits, and end as zero */
        shift = shift > 62 ? 62 : shift;
    }
    exponent = largest == 0 || exponent + shift < TE_EXPONENT_MIN ? TE_EXPONENT_MIN : exponent + shift;
    *to++ = (te_mantissa_t)(exponent > TE_EXPONENT_MAX ? TE_EXPONENT_MAX : exponent);
    for (int32_t i = 0, c = 0; i < count; i++) {
        int64_t v = row[i];
        if (factor != NULL) {
            v *= factor[c];
            c = c + 1 < channels ? c + 1 : 0;
        }
        to[i] = (te_mantissa_t)te_shift_round(v, shift);
    }
}

#endif
