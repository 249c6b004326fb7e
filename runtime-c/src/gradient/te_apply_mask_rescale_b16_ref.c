/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A block gradient of int16 set to zero where the forward result is at an end of its range, its rows stored under another
 * scale. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 16
#include "te_block_rows.h"

void te_apply_mask_rescale_b16_ref_rows(const te_block_rows *s, const te_row_range *r, const int16_t *dy,
                                        const uint8_t *mask, const int16_t *factor, int16_t *dx, int64_t *row)
{
    te_block_rescale_rows(s, r, dy, mask, factor, dx, row);
}

void te_apply_mask_rescale_b16_ref(const te_block_rows *s, const int16_t *dy, const uint8_t *mask,
                                   const int16_t *factor, int16_t *dx, int64_t *row)
{
    const te_row_range all = te_block_whole(s);
    te_apply_mask_rescale_b16_ref_rows(s, &all, dy, mask, factor, dx, row);
}
