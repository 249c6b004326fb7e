/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Blocks of int8 under another scale. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 8
#include "te_block_rows.h"

void te_convert_b8_b8_ref(const te_block_rows *s, const int8_t *x, const int16_t *factor, int8_t *y, int32_t *row)
{
    te_block_rescale(s, x, NULL, factor, y, row);
}
