/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Convolution of fp32: y = clamp(b + sum of x * w), eight outputs of a pixel at a time. The taps of a kernel row lie side by side, in the
 * input as in the weights. */
#include "te_dsp_dots.h"
#include "te_dsp_mask_stored.h"
#include "te_kernels.h"
#include "te_row_range.h"

/* All outputs of a window that goes around the end of the ring: the second part of each sum begins with the first. */
static void te_conv2d_dots_around(te_dsp_dots_run *run, const te_conv2d *s, const float *w, const float *b,
                                  int32_t first_rows, int32_t x_ring, float *y)
{
    const float *const x = run->x;
    const int32_t rows = run->rows, has_min = run->has_min, has_max = run->has_max;
    for (int32_t at = 0;; at = te_dsp_dots_next(at, s->out_c)) {
        float sums[TE_DSP_DOTS];
        run->x = x;
        run->rows = first_rows;
        run->has_min = 0;
        run->has_max = 0;
        run->w = w + at * (run->w_step / 4);
        run->b = b == NULL ? te_dsp_zeros : &b[at];
        run->y = sums;
        te_dsp_dots(run);
        run->x = x + first_rows * ((run->length + run->x_jump) / 4) - x_ring;
        run->rows = rows - first_rows;
        run->has_min = has_min;
        run->has_max = has_max;
        run->w += first_rows * ((run->length + run->w_jump) / 4);
        run->b = sums;
        run->y = &y[at];
        te_dsp_dots(run);
        if (at + TE_DSP_DOTS == s->out_c) {
            return;
        }
    }
}

void te_conv2d_f32_dsp_rows(const te_conv2d *s, const te_row_range *r, const float *x, const float *w, const float *b,
                            float *y, uint8_t *mask)
{
    const int32_t x_row = s->in_w * s->in_c, y_row = s->out_w * s->out_c;
    const int32_t taps = s->kernel_w * s->in_c;
    te_dsp_dots_run run;
    run.w_step = 4 * s->kernel_h * taps;
    te_dsp_dots_range(&run, s->f_min, s->f_max);
    for (int32_t row = r->first; row < r->end; row++) {
        const int32_t n = row / s->out_h;
        const int32_t top = (row - n * s->out_h) * s->stride_h - s->pad_top;
        const te_span rows = te_window(top, s->dilation_h, s->kernel_h, s->in_h);
        const te_lap lap = te_lap_of(n * s->in_h + top, rows, s->dilation_h, r->x_ring);
        float *const to = &y[row % r->y_ring * y_row];
        for (int32_t ow = 0; ow < s->out_w; ow++) {
            const int32_t left = ow * s->stride_w - s->pad_left;
            const te_span columns = te_window(left, 1, s->kernel_w, s->in_w);
            const int32_t length = rows.first < rows.end ? (columns.end - columns.first) * s->in_c : 0;
            const float *const w_first = &w[rows.first * taps + columns.first * s->in_c];
            run.x = length > 0 ? &x[lap.row * x_row + (left + columns.first) * s->in_c] : x;
            run.rows = length > 0 ? rows.end - rows.first : 1;
            run.length = 4 * length;
            run.x_jump = 4 * (s->dilation_h * x_row - length);
            run.w_jump = 4 * (taps - length);
            if (lap.end < rows.end && length > 0) {
                te_conv2d_dots_around(&run, s, w_first, b, lap.end - rows.first, r->x_ring * x_row, &to[ow * s->out_c]);
            } else {
                te_dsp_dots_all(&run, w_first, b, s->out_c, &to[ow * s->out_c]);
            }
        }
        if (mask != NULL) {
            te_dsp_mask_stored(to, y_row, mask, row * y_row, s->f_min, s->f_max);
        }
    }
}

void te_conv2d_f32_dsp(const te_conv2d *s, const float *x, const float *w, const float *b, float *y, uint8_t *mask)
{
    const te_row_range all = {0, s->batch * s->out_h, s->batch * s->in_h, s->batch * s->out_h};
    te_conv2d_f32_dsp_rows(s, &all, x, w, b, y, mask);
}
