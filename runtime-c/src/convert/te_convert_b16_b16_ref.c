/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Blocks of int16 under another scale. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 16
#include "te_block_rows.h"

void te_convert_b16_b16_ref_rows(const te_block_rows *s, const te_row_range *r, const int16_t *x, const int16_t *factor,
                                 int16_t *y, int64_t *row)
{
    te_block_rescale_rows(s, r, x, NULL, factor, y, row);
}

void te_convert_b16_b16_ref(const te_block_rows *s, const int16_t *x, const int16_t *factor, int16_t *y, int64_t *row)
{
    const te_row_range all = te_block_whole(s);
    te_convert_b16_b16_ref_rows(s, &all, x, factor, y, row);
}
