/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Convolution of codes of any kernel and stride, undivided columns, with any number of inputs, any clamp, a mask, and a bias outside of
 * the packed weights. The stream: the headers of all channels, then of each piece of the inputs the words of all channels. Windows of four
 * results are read before these are written, but for more than one piece and more than TE_DSP_CHUNK channels. */
#ifndef TE_DSP_CONV2D_WIDE_H
#define TE_DSP_CONV2D_WIDE_H

#include "te_dsp_block.h"
#include "te_dsp_mask.h"
#include "te_dsp_stage.h"
#include "te_dsp_sums.h"
#include "te_dsp_wide.h"
#include "te_kernels.h"

/* First sums of four pixels. */
static void te_wide_start(const uint32_t *headers, int32_t pairs, uint32_t *sums)
{
    for (int32_t i = 0; i < pairs; i++, headers += TE_DSP_HEADER, sums += 8) {
        sums[0] = sums[1] = sums[2] = sums[3] = headers[1];
        sums[4] = sums[5] = sums[6] = sums[7] = headers[2];
    }
}

/* Codes of some pixels, fewer than four or an odd channel by way of a buffer. index: of the first pixel's first channel in the mask. */
static void te_wide_results(te_dsp_codes *codes, const te_conv2d *s, int32_t pixels, int32_t first, int32_t channels,
                            int8_t *y, uint8_t *mask, int32_t index)
{
    const int32_t out_c = s->out_c, whole_bytes = out_c % 8 == 0;
    codes->bits = 0x80;
    if (pixels == 4 && channels % 2 == 0) {
        codes->y = y + first;
        codes->step = out_c;
        codes->mask = mask == NULL || whole_bytes == 0 ? NULL : mask + (index + first) / 8;
        codes->mask_step = out_c / 8;
        te_dsp_wide(codes);
    } else {
        int8_t some[4 * TE_DSP_CHUNK];
        uint8_t bits[4 * TE_DSP_CHUNK / 8];
        int32_t bias[TE_DSP_CHUNK];
        if (codes->bias != NULL) { /* it is read by twos */
            memcpy(bias, codes->bias, (size_t)channels * sizeof bias[0]);
            if (channels % 2 == 1) {
                bias[channels] = 0;
            }
            codes->bias = bias;
        }
        codes->y = some;
        codes->step = TE_DSP_CHUNK;
        codes->mask = mask == NULL || whole_bytes == 0 ? NULL : bits;
        codes->mask_step = TE_DSP_CHUNK / 8;
        te_dsp_wide(codes);
        for (int32_t p = 0; p < pixels; p++) {
            memcpy(&y[p * out_c + first], &some[p * TE_DSP_CHUNK], (size_t)channels);
            if (codes->mask != NULL) {
                memcpy(&mask[(index + p * out_c + first) / 8], &bits[p * TE_DSP_CHUNK / 8], (size_t)(channels / 8));
            }
        }
    }
    for (int32_t p = 0; mask != NULL && whole_bytes == 0 && p < pixels; p++) {
        te_dsp_mask_codes(s, &y[p * out_c + first], channels, mask, index + p * out_c + first);
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
    codes.zero = s->y_zero;
    codes.rounding = 2 * s->y_zero + 1;
    codes.y_max = (uint32_t)(s->y_max & 0xffff) * 0x00010001u;
    codes.y_min = (uint32_t)(s->y_min & 0xffff) * 0x00010001u;
    codes.mask_first = (uint32_t)((s->y_min + 1) & 0xff) * 0x01010101u;
    codes.mask_codes = (uint32_t)((s->y_max - s->y_min - 1) & 0xff) * 0x01010101u;
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
