/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The sum of two block gradients of int8, row by row. It is never clamped: there is no mask. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 8
#include "te_block_rows.h"

void te_add_b8_ref(const te_block_rows *s, const int8_t *a, const int8_t *b, const int16_t *factor, int8_t *y,
                   uint8_t *mask, int32_t *row)
{
    (void)mask;
    te_block_add(s, a, b, factor, y, row);
}
