/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A block gradient of int8 set to zero where the forward result is at an end of its range, its rows stored under another
 * scale. Mantissas are kept at the place of the result, which has the room, before they are lifted to where products are precise. */
#include "te_kernels.h"

#include "te_dsp_gradient.h"

#include "te_block_rows.h"
#include "te_dsp_keep.h"

enum { TE_RESCALE_LIFT = 22 };

void te_apply_mask_rescale_b8_dsp_rows(const te_block_rows *s, const te_row_range *r, const int8_t *dy,
                                       const uint8_t *mask, const int16_t *factor, int8_t *dx, int32_t *row)
{
    const te_row_range blocks = te_blocks_of_rows(s, r);
    for (int32_t block = blocks.first; block < blocks.end; block++) {
        const int8_t *const from = &dy[te_block_at(block % blocks.x_ring, s->columns)];
        int8_t *const to = &dx[te_block_at(block % blocks.y_ring, s->columns)];
        const int32_t exponent = from[0] + s->exponent;
        te_dsp_keep(from + 1, mask + block * s->columns / 8, to + 1, s->columns / 8);
        for (int32_t i = 0; i < s->columns; i++) {
            row[i] = to[1 + i] * (1 << TE_RESCALE_LIFT);
        }
        te_dsp_block_store(row, s->columns, s->channels, factor, TE_RESCALE_LIFT, exponent, to);
    }
}

void te_apply_mask_rescale_b8_dsp(const te_block_rows *s, const int8_t *dy, const uint8_t *mask, const int16_t *factor,
                                  int8_t *dx, int32_t *row)
{
    const te_row_range all = te_block_whole(s);
    te_apply_mask_rescale_b8_dsp_rows(s, &all, dy, mask, factor, dx, row);
}
