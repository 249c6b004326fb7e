/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Convolution of codes of any kernel and stride, undivided columns, with any number of inputs, any clamp, a mask, and a bias outside of
 * the packed weights. The stream: the headers of all channels, then of each piece of the inputs the words of all channels. Windows of four
 * results are read before these are written, but for more than one piece and more than TE_DSP_CHUNK channels. */
#ifndef TE_DSP_CONV2D_WIDE_H
#define TE_DSP_CONV2D_WIDE_H

#include "te_dsp_block.h"
#include "te_dsp_stage.h"
#include "te_dsp_sums.h"
#include "te_dsp_wide_results.h"
#include "te_kernels.h"

/* First sums of four pixels. */
static void te_wide_start(const uint32_t *headers, int32_t pairs, uint32_t *sums)
{
    for (int32_t i = 0; i < pairs; i++, headers += TE_DSP_HEADER, sums += 8) {
        sums[0] = sums[1] = sums[2] = sums[3] = headers[1];
        sums[4] = sums[5] = sums[6] = sums[7] = headers[2];
    }
}

static void te_conv2d_wide_i8_part(const te_conv2d *s, const te_dsp_rows *rows, const int8_t *x, const uint32_t *w,
                                   const int32_t *b, int8_t *y, uint8_t *mask, int32_t index, uint32_t *scratch)
{
    const int32_t run = s->kernel_w * s->in_c, pairs = (s->out_c + 1) / 2;
    const int32_t fours = s->kernel_h * (run / 4) + (s->kernel_h * (run % 4) + 3) / 4, piece = te_dsp_piece(fours);
    uint32_t *const sums = scratch + 8 * piece;
    te_dsp_windows d;
    te_dsp_windows_layer(&d, s, rows, x, (int8_t *)(sums + 4 * TE_DSP_CHUNK));
    te_dsp_codes codes;
    te_wide_layer(&codes, s);
    const uint32_t *const words = w + pairs * TE_DSP_HEADER;
    int32_t row = rows->first, column = 0;
    for (int32_t left = rows->count * s->out_w; left > 0; left -= 4, y += 4 * s->out_c) {
        te_dsp_next_windows(&d, &row, &column, left);
        for (int32_t first = 0; first < s->out_c; first += TE_DSP_CHUNK) {
            const int32_t channels = s->out_c - first < TE_DSP_CHUNK ? s->out_c - first : TE_DSP_CHUNK;
            const int32_t some = (channels + 1) / 2;
            te_wide_start(w + first / 2 * TE_DSP_HEADER, some, sums);
            for (int32_t from = 0; from < fours; from += piece) {
                const int32_t end = from + piece < fours ? from + piece : fours, count = 2 * (end - from);
                const int32_t group = (count - 1) % TE_DSP_GROUP + 1;
                if (piece < fours || first == 0) {
                    te_dsp_stage(&d, from, end, scratch);
                }
                te_dsp_block block;
                block.y = (int8_t *)sums;
                block.x = scratch;
                block.x_end = scratch + 4 * count;
                block.w = words + 2 * from * pairs + first / 2 * count;
                block.w_end = block.w + some * count;
                block.advance = 4 * group;
                block.entry = 42 * group;
                te_dsp_sums(&block);
            }
            codes.sums = sums;
            codes.headers = w + first / 2 * TE_DSP_HEADER;
            codes.headers_end = codes.headers + some * TE_DSP_HEADER;
            codes.bias = b == NULL ? NULL : b + first;
            te_wide_results(&codes, s, left < 4 ? left : 4, first, channels, y, mask, index);
        }
        index += 4 * s->out_c;
    }
}

static void te_dsp_conv2d_wide(const te_conv2d *s, const te_row_range *r, const int8_t *x, const uint32_t *w,
                               const int32_t *b, int8_t *y, uint8_t *mask, uint32_t *scratch)
{
    const int32_t row = s->out_w * s->out_c;
    te_dsp_rows part;
    for (int32_t i = r->first; te_dsp_part(s, r, i, &part) != 0; i += part.count) {
        te_conv2d_wide_i8_part(s, &part, x, w, b, y + part.y_row * row, mask, part.mask_row * row, scratch);
    }
    te_dsp_mask_end(s, r, mask);
}

#endif
