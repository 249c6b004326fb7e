/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Convolution of any kernel, stride, padding, dilation and group. A sum runs over kernel row, kernel column, input channel, in
 * this order; padding is left out. in_per_group is in_c / groups; a depthwise kernel passes 1, so that the loop over it goes.
 * Weights may lie in two arrays (te_layer.h), both [out_c][kernel_h][kernel_w][channels]. */
#ifndef TE_CONV2D_H
#define TE_CONV2D_H

#define TE_LAYER te_conv2d
#include "te_inline_body.h"
#include "te_layer.h"
#include "te_row_range.h"

TE_INLINE_BODY void te_conv2d_rows(const te_conv2d *s, const te_row_range *r, int32_t in_per_group, const te_x *x,
                                   const te_w *w, const te_sum *b, const te_w *part, const float *scale,
                                   const int16_t *channels, te_x *y, uint8_t *mask)
{
    const int32_t out_per_group = s->out_c / s->groups;
    const int32_t x_row = s->in_w * s->in_c;
    const int32_t y_row = s->out_w * s->out_c;
    const int32_t x_step = s->dilation_h * x_row;
    const int32_t x_tap = s->dilation_w * s->in_c;
    const int32_t x_ring = r->x_ring * x_row;
    const int32_t part_c = s->part_c;
    const int32_t rest_c = in_per_group - part_c;
    for (int32_t row = r->first; row < r->end; row++) {
        const int32_t n = row / s->out_h;
        const int32_t top = (row - n * s->out_h) * s->stride_h - s->pad_top;
        const te_span rows = te_window(top, s->dilation_h, s->kernel_h, s->in_h);
        const te_lap x_rows = te_lap_of(n * s->in_h + top, rows, s->dilation_h, r->x_ring);
        te_x *to = &y[row % r->y_ring * y_row];
        int32_t bit = row * y_row;
        for (int32_t ow = 0; ow < s->out_w; ow++, to += s->out_c, bit += s->out_c) {
            const int32_t left = ow * s->stride_w - s->pad_left;
            const te_span columns = te_window(left, s->dilation_w, s->kernel_w, s->in_w);
            const int32_t x_pixel = x_rows.row * x_row + (left + columns.first * s->dilation_w) * s->in_c;
            for (int32_t oc = 0; oc < s->out_c; oc++) {
                te_sum sum = te_sum_start(b, oc);
                int32_t x_at_row = x_pixel + oc / out_per_group * in_per_group;
                for (int32_t kh = rows.first; kh < rows.end; kh++) {
                    if (kh == x_rows.end) {
                        x_at_row -= x_ring;
                    }
                    /* an index, since a pointer must not step past the end behind the last tap */
                    int32_t x_at = x_at_row;
                    const int32_t tap = (oc * s->kernel_h + kh) * s->kernel_w + columns.first;
                    if (part == NULL) {
                        const te_w *w_tap = &w[tap * in_per_group];
                        for (int32_t kw = columns.first; kw < columns.end; kw++) {
                            for (int32_t c = 0; c < in_per_group; c++) {
                                sum += te_product(x[x_at + c], s->x_zero, *w_tap++);
                            }
                            x_at += x_tap;
                        }
                    } else {
                        const te_w *w_tap = &w[tap * rest_c];
                        const te_w *part_tap = &part[tap * part_c];
                        for (int32_t kw = columns.first; kw < columns.end; kw++) {
                            sum = te_sum_channels(sum, &x[x_at], s->x_zero, part_tap, 0, part_c, channels);
                            sum = te_sum_channels(sum, &x[x_at], s->x_zero, w_tap, part_c, rest_c, channels);
                            w_tap += rest_c;
                            part_tap += part_c;
                            x_at += x_tap;
                        }
                    }
                    x_at_row += x_step;
                }
                te_store_sum(s, sum, b, scale, oc, &to[oc], mask, bit + oc);
            }
        }
    }
}

/* All rows of all images. */
static inline te_row_range te_conv2d_whole(const te_conv2d *s)
{
    const te_row_range all = {0, s->batch * s->out_h, s->batch * s->in_h, s->batch * s->out_h};
    return all;
}

#endif
