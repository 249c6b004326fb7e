/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Gradients row by row with sums in words: masks, and sums of channels. te_block_rows.h has the definitions. */
#ifndef TE_TILE_ROWS_H
#define TE_TILE_ROWS_H

#include "te_block_rows.h"
#include "te_tile_exponents.h"

/* A byte of the mask after the other. */
TE_APART void te_tile_keep(const te_mantissa_t *from, int32_t count, const uint8_t *mask, int32_t bit,
                           te_mantissa_t *to)
{
    while (count > 0) {
        const int32_t some = 8 - (bit & 7) < count ? 8 - (bit & 7) : count;
        int32_t bits = mask[bit >> 3] >> (bit & 7);
        for (const te_mantissa_t *const end = from + some; from != end; bits >>= 1) {
            *to++ = (te_mantissa_t)(*from++ & -(bits & 1));
        }
        bit += some;
        count -= some;
    }
}

TE_INLINE_BODY void te_tile_apply_mask_rows(const te_block_rows *s, const te_row_range *r, const te_mantissa_t *dy,
                                            const uint8_t *mask, te_mantissa_t *dx)
{
    const te_row_range blocks = te_blocks_of_rows(s, r);
    for (int32_t block = blocks.first; block < blocks.end; block++) {
        const te_mantissa_t *const from = &dy[te_block_at(block % blocks.x_ring, s->columns)];
        te_mantissa_t *const to = &dx[te_block_at(block % blocks.y_ring, s->columns)];
        to[0] = from[0];
        te_tile_keep(from + 1, s->columns, mask, block * s->columns, to + 1);
    }
}

TE_APART void te_tile_sum_seldom(const te_block_rows *s, const te_mantissa_t *x, const float *scale, float *sum)
{
    te_block_channel_sum(s, x, scale, sum);
}

/* The sum of a channel, whose first mantissa is x[1], at the exponent low. */
TE_APART int32_t te_tile_channel(const te_block_rows *s, const te_mantissa_t *x, int32_t c, int32_t low)
{
    const int32_t step = s->channels;
    int32_t sum = 0;
    for (int32_t b = s->rows * s->blocks; b > 0; b--, x += te_block_at(1, s->columns)) {
        const int32_t down = low - x[0];
        int32_t some = 0;
        for (int32_t i = c; i < s->columns && down <= 0; i += step) {
            some += x[1 + i];
        }
        sum += down <= 0 ? some * (1 << -down) : 0;
        for (int32_t i = c; i < s->columns && down > 0; i += step) {
            sum += (int32_t)te_block_align(x[1 + i], down);
        }
    }
    return sum;
}

TE_INLINE_BODY void te_tile_channel_sum(const te_block_rows *s, const te_mantissa_t *x, const float *scale, float *sum)
{
    const int32_t blocks = s->rows * s->blocks, pixels = blocks * (s->columns / s->channels);
    te_tile_exponents exponents = te_tile_no_exponents();
    for (int32_t b = 0; b < blocks; b++) {
        te_tile_exponent(&exponents, x[te_block_at(b, s->columns)]);
    }
    const int32_t low = te_tile_low(&exponents, s->guard), lift = exponents.top - low;
    if (TE_BLOCK_BITS == 16 && (lift > TE_TILE_LIFT || pixels > 65536 >> lift)) {
        te_tile_sum_seldom(s, x, scale, sum);
        return;
    }
    const float unit = te_power(low);
    for (int32_t c = 0; c < s->channels; c++) {
        sum[c] = (float)te_tile_channel(s, x, c, low) * unit * (scale == NULL ? 1.0f : scale[c]);
    }
}

#endif
