/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Convolution of codes by kernels of 3 by 3 over three channels, the first layer of an image network. */
#include "te_dsp_results.h"
#include "te_dsp_widen_3x3x3.h"
#include "te_dsp_windows.h"
#include "te_kernels.h"

te_dsp_pairs_of te_dsp_pairs_14;

enum { TE_EDGE_ROW = 12 };

/* Kernel row kh of four results with its padding. */
static void te_edge_row(const te_dsp_windows *d, int32_t kh, int8_t *row)
{
    const te_conv2d *const s = d->s;
    for (int32_t p = 0; p < 4; p++, row += TE_EDGE_ROW) {
        const int8_t *const from = te_dsp_window_row(d, p, kh);
        if (from != NULL && d->left[p] >= 0 && d->left[p] + 3 <= s->in_w) {
            memcpy(row, from, 9);
            continue;
        }
        for (int32_t i = 0; i < 9; i++) {
            const int32_t column = d->left[p] + i / 3;
            row[i] = (int8_t)(from != NULL && column >= 0 && column < s->in_w ? from[i] : s->x_zero);
        }
    }
}

static void te_conv2d_3x3x3_i8_part(const te_conv2d *s, const te_dsp_rows *rows, const int8_t *x, const uint32_t *w,
                                    int8_t *y, uint32_t *scratch)
{
    const int32_t words = 14, per_pair = TE_DSP_HEADER + words;
    int8_t edge[3 * 4 * TE_EDGE_ROW];
    te_dsp_windows d;
    d.s = s;
    d.x = x;
    d.rows = rows;
    te_dsp_block block;
    te_dsp_block_layer(&block, s->y_zero, words, scratch);
    int32_t row = rows->first, column = 0;
    for (int32_t left = rows->count * s->out_w; left > 0; left -= 4, y += 4 * s->out_c) {
        const int8_t *from[3];
        te_dsp_next_windows(&d, &row, &column, left);
        for (int32_t kh = 0; d.plain != 0 && kh < 3; kh++) {
            from[kh] = te_dsp_window_row(&d, 0, kh);
            d.plain = from[kh] != NULL;
        }
        if (d.plain != 0) {
            te_dsp_widen_3x3x3(from, s->stride_w * 3, scratch);
        } else {
            for (int32_t kh = 0; kh < 3; kh++) {
                from[kh] = &edge[kh * 4 * TE_EDGE_ROW];
                te_edge_row(&d, kh, &edge[kh * 4 * TE_EDGE_ROW]);
            }
            te_dsp_widen_3x3x3(from, TE_EDGE_ROW, scratch);
        }
        te_dsp_results(te_dsp_pairs_14, &block, per_pair, s->out_c, left < 4 ? left : 4, w, y);
    }
}

void te_conv2d_3x3x3_i8_dsp_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x, const uint32_t *w,
                                 int8_t *y, uint32_t *scratch)
{
    const int32_t row = s->out_w * s->out_c;
    te_dsp_rows part;
    for (int32_t i = r->first; te_dsp_part(s, r, i, &part) != 0; i += part.count) {
        te_conv2d_3x3x3_i8_part(s, &part, x, w, y + part.y_row * row, scratch);
    }
}

void te_conv2d_3x3x3_i8_dsp(const te_conv2d *s, const int8_t *x, const uint32_t *w, int8_t *y, uint32_t *scratch)
{
    const te_row_range all = te_dsp_whole(s);
    te_conv2d_3x3x3_i8_dsp_rows(s, &all, x, w, y, scratch);
}
