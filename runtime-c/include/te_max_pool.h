/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The maximum of a window and its gradient. Codes compare as reals, so quantization passes through. */
#ifndef TE_MAX_POOL_H
#define TE_MAX_POOL_H

#include "te_inline_body.h"
#include "te_operand.h"
#include "te_shapes.h"
#include "te_taps.h"

/* The larger of the two. NaN is larger than every number, so that a maximum never hides it. */
static inline te_x te_larger(te_x max, te_x tap)
{
#if TE_X_CODES
    return tap > max ? tap : max;
#else
    return tap > max || tap != tap ? tap : max;
#endif
}

/* The start of a maximum: the least value, so padding never wins. */
static inline te_x te_least(const te_pool2d *s)
{
#if TE_X_CODES
    return (te_x)s->y_min;
#else
    (void)s;
    return -3.402823466e+38f;
#endif
}

TE_INLINE_BODY void te_max_pool2d_rows(const te_pool2d *s, const te_row_range *r, const te_x *x, te_x *y)
{
    const int32_t x_row = s->in_w * s->channels;
    for (int32_t row = r->first; row < r->end; row++) {
        te_taps taps = te_taps_of_row(s, r, row);
        te_x *to = &y[row % r->y_ring * s->out_w * s->channels];
        for (int32_t ow = 0; ow < s->out_w; ow++) {
            te_taps_of_column(s, &taps, ow);
            for (int32_t c = 0; c < s->channels; c++) {
                te_x max = te_least(s);
                int32_t x_at_row = taps.row;
                for (int32_t kh = taps.rows.first; kh < taps.rows.end; kh++) {
                    int32_t x_at = x_at_row * x_row + taps.at + c;
                    for (int32_t kw = taps.columns.first; kw < taps.columns.end; kw++) {
                        max = te_larger(max, x[x_at]);
                        x_at += s->dilation_w * s->channels;
                    }
                    x_at_row = te_ring_step(x_at_row, s->dilation_h, r->x_ring);
                }
                *to++ = max;
            }
        }
    }
}

/* The first maximum of a window, in order of row and column, gets its gradient. */
TE_INLINE_BODY void te_max_pool2d_dx_rows(const te_pool2d *s, const te_row_range *r, const float *dy, const te_x *x,
                                          float *dx)
{
    const int32_t dx_row = s->in_w * s->channels;
    te_clear_rows(r, dx, dx_row);
    for (int32_t n = r->first / s->in_h; n * s->in_h < r->end; n++) {
        const te_span made = te_rows_of_image(r, n, s->in_h);
        const te_span from = te_reaching(made, s->pad_top, s->dilation_h, s->kernel_h, s->stride_h, s->out_h);
        for (int32_t oh = from.first; oh < from.end; oh++) {
            const int32_t top = oh * s->stride_h - s->pad_top;
            const te_span rows = te_window(top, s->dilation_h, s->kernel_h, s->in_h);
            const float *g = &dy[(n * s->out_h + oh) % r->x_ring * s->out_w * s->channels];
            for (int32_t ow = 0; ow < s->out_w; ow++) {
                const int32_t left = ow * s->stride_w - s->pad_left;
                const te_span columns = te_window(left, s->dilation_w, s->kernel_w, s->in_w);
                for (int32_t c = 0; c < s->channels; c++, g++) {
                    int32_t first = -1, first_row = -1;
                    for (int32_t kh = rows.first; kh < rows.end; kh++) {
                        const int32_t row = top + kh * s->dilation_h;
                        for (int32_t kw = columns.first; kw < columns.end; kw++) {
                            const int32_t i =
                                ((n * s->in_h + row) * s->in_w + left + kw * s->dilation_w) * s->channels + c;
                            if (first < 0 || x[i] > x[first]) {
                                first = i;
                                first_row = row;
                            }
                        }
                    }
                    if (first_row >= made.first && first_row < made.end) {
                        const int32_t row = n * s->in_h + first_row;
                        dx[first + (row % r->y_ring - row) * dx_row] += *g;
                    }
                }
            }
        }
    }
}

#endif
