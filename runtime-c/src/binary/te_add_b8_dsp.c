/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The sum of two block gradients of int8, row by row. It is never clamped: there is no mask. */
#include "te_kernels.h"

#include "te_dsp_gradient.h"

#include "te_block_rows.h"

TE_APART void te_add_seldom(const te_block_rows *s, int32_t block, const te_row_range *blocks, const int8_t *a,
                            const int8_t *b, const int16_t *factor, int8_t *y, int32_t *row)
{
    te_block_rows one = *s;
    one.blocks = 1;
    const te_row_range r = {block, block + 1, blocks->x_ring, blocks->y_ring};
    te_block_add_rows(&one, &r, a, b, factor, y, row);
}

void te_add_b8_dsp_rows(const te_block_rows *s, const te_row_range *r, const int8_t *a, const int8_t *b,
                        const int16_t *factor, int8_t *y, uint8_t *mask, int32_t *row)
{
    (void)mask;
    const te_row_range blocks = te_blocks_of_rows(s, r);
    for (int32_t block = blocks.first; block < blocks.end; block++) {
        const int8_t *const a_row = &a[te_block_at(block % blocks.x_ring, s->columns)];
        const int8_t *const b_row = &b[te_block_at(block, s->columns)];
        const int32_t top = a_row[0] > b_row[0] ? a_row[0] : b_row[0];
        const int32_t a_lift = te_dsp_lift(a_row[0], top, s->guard), b_lift = te_dsp_lift(b_row[0], top, s->guard);
        if (a_lift < 0 || b_lift < 0) {
            te_add_seldom(s, block, &blocks, a, b, factor, y, row);
            continue;
        }
        const int32_t a_one = a_lift == TE_DSP_NOTHING ? 0 : 1 << a_lift;
        const int32_t b_one = b_lift == TE_DSP_NOTHING ? 0 : 1 << b_lift;
        for (int32_t i = 0; i < s->columns; i++) {
            row[i] = a_row[1 + i] * a_one + b_row[1 + i] * b_one;
        }
        te_dsp_block_store(row, s->columns, s->channels, factor, 0, top - s->guard + s->exponent,
                           &y[te_block_at(block % blocks.y_ring, s->columns)]);
    }
}

void te_add_b8_dsp(const te_block_rows *s, const int8_t *a, const int8_t *b, const int16_t *factor, int8_t *y,
                   uint8_t *mask, int32_t *row)
{
    const te_row_range all = te_block_whole(s);
    te_add_b8_dsp_rows(s, &all, a, b, factor, y, mask, row);
}
