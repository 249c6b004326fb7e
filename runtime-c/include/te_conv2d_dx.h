/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a convolution to its input: the transposed convolution. An element of dx sums over output row, output column,
 * output channel, in this order. Where w holds codes, scale[oc] makes them real. Weights may lie in two arrays (te_conv2d.h). */
#ifndef TE_CONV2D_DX_H
#define TE_CONV2D_DX_H

#include "te_inline_body.h"
#include "te_math.h"
#include "te_operand.h"
#include "te_shapes.h"
#include "te_row_range.h"

/* Adds g * w to the elements of the input channels first .. first + count - 1, in the order of the table if there is one. */
TE_INLINE_BODY void te_add_channels(float g, const te_w *w, int32_t first, int32_t count, const int16_t *channels,
                                    float *dx)
{
    if (channels == NULL) {
        dx += first;
        for (int32_t c = 0; c < count; c++) {
            dx[c] += g * (float)w[c];
        }
    } else {
        channels += first;
        for (int32_t c = 0; c < count; c++) {
            dx[channels[c]] += g * (float)w[c];
        }
    }
}

TE_INLINE_BODY void te_conv2d_dx_rows(const te_conv2d *s, const te_row_range *r, const float *dy, const te_w *w,
                                      const te_w *part, const float *scale, const int16_t *channels, float *dx)
{
    const int32_t in_per_group = s->in_c / s->groups;
    const int32_t out_per_group = s->out_c / s->groups;
    const int32_t part_c = s->part_c;
    const int32_t rest_c = in_per_group - part_c;
    const int32_t dx_row = s->in_w * s->in_c;
    const int32_t dy_row = s->out_w * s->out_c;
    te_clear_rows(r, dx, dx_row);
    for (int32_t n = r->first / s->in_h; n * s->in_h < r->end; n++) {
        const te_span made = te_rows_of_image(r, n, s->in_h);
        const te_span from = te_reaching(made, s->pad_top, s->dilation_h, s->kernel_h, s->stride_h, s->out_h);
        for (int32_t oh = from.first; oh < from.end; oh++) {
            const int32_t top = oh * s->stride_h - s->pad_top;
            const te_span rows = te_window_within(top, s->dilation_h, s->kernel_h, made);
            const int32_t first = (n * s->in_h + top + rows.first * s->dilation_h) % r->y_ring;
            const float *g_at = &dy[(n * s->out_h + oh) % r->x_ring * dy_row];
            for (int32_t ow = 0; ow < s->out_w; ow++) {
                const int32_t left = ow * s->stride_w - s->pad_left;
                const te_span columns = te_window(left, s->dilation_w, s->kernel_w, s->in_w);
                for (int32_t oc = 0; oc < s->out_c; oc++) {
                    const float g = TE_W_CODES ? *g_at++ * scale[oc] : *g_at++;
                    if (g == 0.0f) {
                        continue; /* masked elements are common */
                    }
                    const int32_t dx_first =
                        (left + columns.first * s->dilation_w) * s->in_c + oc / out_per_group * in_per_group;
                    int32_t dx_at_row = first;
                    for (int32_t kh = rows.first; kh < rows.end; kh++) {
                        int32_t dx_at = dx_at_row * dx_row + dx_first;
                        const int32_t tap = (oc * s->kernel_h + kh) * s->kernel_w + columns.first;
                        if (part == NULL) {
                            const te_w *w_tap = &w[tap * in_per_group];
                            for (int32_t kw = columns.first; kw < columns.end; kw++) {
                                for (int32_t c = 0; c < in_per_group; c++) {
                                    dx[dx_at + c] += g * (float)*w_tap++;
                                }
                                dx_at += s->dilation_w * s->in_c;
                            }
                        } else {
                            const te_w *w_tap = &w[tap * rest_c];
                            const te_w *part_tap = &part[tap * part_c];
                            for (int32_t kw = columns.first; kw < columns.end; kw++) {
                                te_add_channels(g, part_tap, 0, part_c, channels, &dx[dx_at]);
                                te_add_channels(g, w_tap, part_c, rest_c, channels, &dx[dx_at]);
                                w_tap += rest_c;
                                part_tap += part_c;
                                dx_at += s->dilation_w * s->in_c;
                            }
                        }
                        dx_at_row = te_ring_step(dx_at_row, s->dilation_h, r->y_ring);
                    }
                }
            }
        }
    }
    for (int32_t row = r->first; row < r->end; row++) {
        te_limit_all(&dx[row % r->y_ring * dx_row], dx_row);
    }
}

/* All rows of all images. */
static inline te_row_range te_conv2d_dx_whole(const te_conv2d *s)
{
    const te_row_range all = {0, s->batch * s->in_h, s->batch * s->out_h, s->batch * s->in_h};
    return all;
}

#endif
