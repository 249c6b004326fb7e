/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The sum of two block gradients of int16, row by row. It is never clamped: there is no mask. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 16
#include "te_block_rows.h"

void te_add_b16_ref_rows(const te_block_rows *s, const te_row_range *r, const int16_t *a, const int16_t *b,
                         const int16_t *factor, int16_t *y, uint8_t *mask, int64_t *row)
{
    (void)mask;
    te_block_add_rows(s, r, a, b, factor, y, row);
}

void te_add_b16_ref(const te_block_rows *s, const int16_t *a, const int16_t *b, const int16_t *factor, int16_t *y,
                    uint8_t *mask, int64_t *row)
{
    const te_row_range all = te_block_whole(s);
    te_add_b16_ref_rows(s, &all, a, b, factor, y, mask, row);
}
