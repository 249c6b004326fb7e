/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Blocks of int8 to fp32. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 8
#include "te_block_rows.h"

void te_convert_b8_f32_ref_rows(const te_block_rows *s, const te_row_range *r, const int8_t *x, const float *scale,
                                float *y)
{
    te_block_to_float_rows(s, r, x, scale, y);
}

void te_convert_b8_f32_ref(const te_block_rows *s, const int8_t *x, const float *scale, float *y)
{
    const te_row_range all = te_block_whole(s);
    te_convert_b8_f32_ref_rows(s, &all, x, scale, y);
}
