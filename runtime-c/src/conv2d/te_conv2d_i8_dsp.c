/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Convolution of codes of any kernel and stride, undivided columns, from packed weights: windows of four results, then the block of the
 * 1x1 convolution. Results are pixels in order, so four of them may lie in two rows. */
#include "te_dsp_results.h"
#include "te_dsp_stage.h"
#include "te_kernels.h"

te_dsp_pairs_of te_dsp_pairs;

static void te_conv2d_i8_part(const te_conv2d *s, const te_dsp_rows *rows, const int8_t *x, const uint32_t *w,
                              int8_t *y, uint32_t *scratch)
{
    const int32_t run = s->kernel_w * s->in_c;
    const int32_t fours = s->kernel_h * (run / 4) + (s->kernel_h * (run % 4) + 3) / 4;
    const int32_t per_pair = TE_DSP_HEADER + 2 * fours;
    te_dsp_windows d;
    te_dsp_windows_layer(&d, s, rows, x, (int8_t *)(scratch + 8 * fours));
    te_dsp_block block;
    te_dsp_block_layer(&block, s->y_zero, 2 * fours, scratch);
    int32_t row = rows->first, column = 0;
    for (int32_t left = rows->count * s->out_w; left > 0; left -= 4, y += 4 * s->out_c) {
        te_dsp_next_windows(&d, &row, &column, left);
        te_dsp_stage(&d, 0, fours, scratch);
        te_dsp_results(te_dsp_pairs, &block, per_pair, s->out_c, left < 4 ? left : 4, w, y);
    }
}

void te_conv2d_i8_dsp_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x, const uint32_t *w, int8_t *y,
                           uint32_t *scratch)
{
    const int32_t row = s->out_w * s->out_c;
    te_dsp_rows part;
    for (int32_t i = r->first; te_dsp_part(s, r, i, &part) != 0; i += part.count) {
        te_conv2d_i8_part(s, &part, x, w, y + part.y_row * row, scratch);
    }
}

void te_conv2d_i8_dsp(const te_conv2d *s, const int8_t *x, const uint32_t *w, int8_t *y, uint32_t *scratch)
{
    const te_row_range all = te_dsp_whole(s);
    te_conv2d_i8_dsp_rows(s, &all, x, w, y, scratch);
}
