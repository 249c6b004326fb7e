/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The sum of two block gradients of int8, row by row. It is never clamped: there is no mask. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 8
#include "te_block_rows.h"

void te_add_b8_ref_rows(const te_block_rows *s, const te_row_range *r, const int8_t *a, const int8_t *b,
                        const int16_t *factor, int8_t *y, uint8_t *mask, int32_t *row)
{
    (void)mask;
    te_block_add_rows(s, r, a, b, factor, y, row);
}

void te_add_b8_ref(const te_block_rows *s, const int8_t *a, const int8_t *b, const int16_t *factor, int8_t *y,
                   uint8_t *mask, int32_t *row)
{
    const te_row_range all = te_block_whole(s);
    te_add_b8_ref_rows(s, &all, a, b, factor, y, mask, row);
}
