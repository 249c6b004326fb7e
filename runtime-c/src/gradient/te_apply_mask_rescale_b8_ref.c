/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A block gradient of int8 set to zero where the forward result is at an end of its range, its rows stored under another
 * scale. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 8
#include "te_block_rows.h"

void te_apply_mask_rescale_b8_ref_rows(const te_block_rows *s, const te_row_range *r, const int8_t *dy,
                                       const uint8_t *mask, const int16_t *factor, int8_t *dx, int32_t *row)
{
    te_block_rescale_rows(s, r, dy, mask, factor, dx, row);
}

void te_apply_mask_rescale_b8_ref(const te_block_rows *s, const int8_t *dy, const uint8_t *mask, const int16_t *factor,
                                  int8_t *dx, int32_t *row)
{
    const te_row_range all = te_block_whole(s);
    te_apply_mask_rescale_b8_ref_rows(s, &all, dy, mask, factor, dx, row);
}
