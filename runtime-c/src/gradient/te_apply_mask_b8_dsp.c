/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A block gradient of int8 set to zero where the forward result is at an end of its range. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 8
#include "te_block_rows.h"
#include "te_dsp_keep.h"

void te_apply_mask_b8_dsp_rows(const te_block_rows *s, const te_row_range *r, const int8_t *dy, const uint8_t *mask,
                               int8_t *dx)
{
    const te_row_range blocks = te_blocks_of_rows(s, r);
    for (int32_t block = blocks.first; block < blocks.end; block++) {
        const int8_t *const from = &dy[te_block_at(block % blocks.x_ring, s->columns)];
        int8_t *const to = &dx[te_block_at(block % blocks.y_ring, s->columns)];
        to[0] = from[0];
        te_dsp_keep(from + 1, mask + block * s->columns / 8, to + 1, s->columns / 8);
    }
}

void te_apply_mask_b8_dsp(const te_block_rows *s, const int8_t *dy, const uint8_t *mask, int8_t *dx)
{
    const te_row_range all = te_block_whole(s);
    te_apply_mask_b8_dsp_rows(s, &all, dy, mask, dx);
}
