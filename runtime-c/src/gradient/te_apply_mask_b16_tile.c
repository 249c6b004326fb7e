/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A block gradient of int16 set to zero where the forward result is at an end of its range. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 16
#include "te_tile_rows.h"

void te_apply_mask_b16_tile_rows(const te_block_rows *s, const te_row_range *r, const int16_t *dy, const uint8_t *mask,
                                 int16_t *dx)
{
    te_tile_apply_mask_rows(s, r, dy, mask, dx);
}

void te_apply_mask_b16_tile(const te_block_rows *s, const int16_t *dy, const uint8_t *mask, int16_t *dx)
{
    const te_row_range all = te_block_whole(s);
    te_apply_mask_b16_tile_rows(s, &all, dy, mask, dx);
}
