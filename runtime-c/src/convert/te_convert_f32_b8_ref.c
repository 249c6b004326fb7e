/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* fp32 to blocks of int8. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 8
#include "te_block_rows.h"

void te_convert_f32_b8_ref_rows(const te_block_rows *s, const te_row_range *r, const float *x, const int16_t *factor,
                                int8_t *y, int32_t *row)
{
    te_block_from_float_rows(s, r, x, factor, y, row);
}

void te_convert_f32_b8_ref(const te_block_rows *s, const float *x, const int16_t *factor, int8_t *y, int32_t *row)
{
    const te_row_range all = te_block_whole(s);
    te_convert_f32_b8_ref_rows(s, &all, x, factor, y, row);
}
