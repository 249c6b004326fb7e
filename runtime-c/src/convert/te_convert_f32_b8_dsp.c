/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* fp32 to blocks of int8. */
#include "te_kernels.h"

#include "te_dsp_gradient.h"

#include "te_block_rows.h"

void te_convert_f32_b8_dsp_rows(const te_block_rows *s, const te_row_range *r, const float *x, const int16_t *factor,
                                int8_t *y, int32_t *row)
{
    const te_row_range blocks = te_blocks_of_rows(s, r);
    for (int32_t block = blocks.first; block < blocks.end; block++) {
        const int32_t exponent = te_block_integers(&x[block % blocks.x_ring * s->columns], s->columns, row);
        te_dsp_block_store(row, s->columns, s->channels, factor, 0, exponent + s->exponent,
                           &y[te_block_at(block % blocks.y_ring, s->columns)]);
    }
}

void te_convert_f32_b8_dsp(const te_block_rows *s, const float *x, const int16_t *factor, int8_t *y, int32_t *row)
{
    const te_row_range all = te_block_whole(s);
    te_convert_f32_b8_dsp_rows(s, &all, x, factor, y, row);
}
