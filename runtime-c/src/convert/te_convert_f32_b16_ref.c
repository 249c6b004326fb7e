/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* fp32 to blocks of int16. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 16
#include "te_block_rows.h"

void te_convert_f32_b16_ref_rows(const te_block_rows *s, const te_row_range *r, const float *x, const int16_t *factor,
                                 int16_t *y, int64_t *row)
{
    te_block_from_float_rows(s, r, x, factor, y, row);
}

void te_convert_f32_b16_ref(const te_block_rows *s, const float *x, const int16_t *factor, int16_t *y, int64_t *row)
{
    const te_row_range all = te_block_whole(s);
    te_convert_f32_b16_ref_rows(s, &all, x, factor, y, row);
}
