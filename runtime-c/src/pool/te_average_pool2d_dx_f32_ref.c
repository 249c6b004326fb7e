/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of an average pool: every tap of a window inside the input gets its share. */
#include "te_kernels.h"
#include "te_taps.h"

void te_average_pool2d_dx_f32_ref_rows(const te_pool2d *s, const te_row_range *r, const float *dy, float *dx)
{
    const int32_t dx_row = s->in_w * s->channels;
    te_clear_rows(r, dx, dx_row);
    for (int32_t n = r->first / s->in_h; n * s->in_h < r->end; n++) {
        const te_span made = te_rows_of_image(r, n, s->in_h);
        const te_span reaching = te_reaching(made, s->pad_top, s->dilation_h, s->kernel_h, s->stride_h, s->out_h);
        for (int32_t oh = reaching.first; oh < reaching.end; oh++) {
            const int32_t top = oh * s->stride_h - s->pad_top;
            const te_span inside = te_window(top, s->dilation_h, s->kernel_h, s->in_h);
            const te_span rows = te_window_within(top, s->dilation_h, s->kernel_h, made);
            const int32_t first = (n * s->in_h + top + rows.first * s->dilation_h) % r->y_ring;
            const float *from = &dy[(n * s->out_h + oh) % r->x_ring * s->out_w * s->channels];
            for (int32_t ow = 0; ow < s->out_w; ow++, from += s->channels) {
                const int32_t left = ow * s->stride_w - s->pad_left;
                const te_span columns = te_window(left, s->dilation_w, s->kernel_w, s->in_w);
                const int32_t taps = s->count_include_pad != 0
                                         ? s->kernel_h * s->kernel_w
                                         : (inside.end - inside.first) * (columns.end - columns.first);
                int32_t at_row = first;
                for (int32_t kh = rows.first; kh < rows.end; kh++) {
                    for (int32_t kw = columns.first; kw < columns.end; kw++) {
                        float *to = &dx[at_row * dx_row + (left + kw * s->dilation_w) * s->channels];
                        for (int32_t c = 0; c < s->channels; c++) {
                            to[c] += from[c] / (float)taps;
                        }
                    }
                    at_row = te_ring_step(at_row, s->dilation_h, r->y_ring);
                }
            }
        }
    }
}

void te_average_pool2d_dx_f32_ref(const te_pool2d *s, const float *dy, float *dx)
{
    const te_row_range all = te_pool2d_dx_whole(s);
    te_average_pool2d_dx_f32_ref_rows(s, &all, dy, dx);
}
