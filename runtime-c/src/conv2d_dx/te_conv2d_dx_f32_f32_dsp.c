/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a convolution to its input, with real weights: the windows of eight channels of a pixel are added at a time. Those whose
 * gradient is 0 are left out, as in the definition. */
#include "te_dsp_outer.h"
#include "te_kernels.h"
#include "te_math.h"
#include "te_row_range.h"

/* Adds the windows of `count` channels; rows from rows_before on lie at the beginning of the ring. */
static void te_conv2d_dx_add(te_dsp_outer_run *run, int32_t count, int32_t rows_before, int32_t ring)
{
    if (rows_before < run->rows) {
        te_dsp_outer_run part = *run;
        part.rows = rows_before;
        te_dsp_outer_first(&part, count);
        part = *run;
        part.rows -= rows_before;
        part.y += rows_before * ((run->length + run->y_jump) / 4) - ring;
        for (int32_t i = 0; i < count; i++) {
            part.v[i] += rows_before * ((run->length + run->v_jump) / 4);
        }
        te_dsp_outer_first(&part, count);
    } else {
        te_dsp_outer_first(run, count);
    }
}

void te_conv2d_dx_f32_f32_dsp_rows(const te_conv2d *s, const te_row_range *r, const float *dy, const float *w,
                                   float *dx)
{
    const int32_t dx_row = s->in_w * s->in_c, dy_row = s->out_w * s->out_c;
    const int32_t taps = s->kernel_w * s->in_c, w_step = s->kernel_h * taps;
    te_clear_rows(r, dx, dx_row);
    for (int32_t n = r->first / s->in_h; n * s->in_h < r->end; n++) {
        const te_span made = te_rows_of_image(r, n, s->in_h);
        const te_span from = te_reaching(made, s->pad_top, s->dilation_h, s->kernel_h, s->stride_h, s->out_h);
        for (int32_t oh = from.first; oh < from.end; oh++) {
            const int32_t top = oh * s->stride_h - s->pad_top;
            const te_span rows = te_window_within(top, s->dilation_h, s->kernel_h, made);
            const te_lap lap = te_lap_of(n * s->in_h + top, rows, s->dilation_h, r->y_ring);
            const float *g_at = &dy[(n * s->out_h + oh) % r->x_ring * dy_row];
            for (int32_t ow = 0; ow < s->out_w; ow++, g_at += s->out_c) {
                const int32_t left = ow * s->stride_w - s->pad_left;
                const te_span columns = te_window(left, 1, s->kernel_w, s->in_w);
                const int32_t length = (columns.end - columns.first) * s->in_c;
                if (length == 0 || rows.first == rows.end) {
                    continue;
                }
                te_dsp_outer_run run;
                run.y = &dx[lap.row * dx_row + (left + columns.first) * s->in_c];
                run.rows = rows.end - rows.first;
                run.length = 4 * length;
                run.y_jump = 4 * (s->dilation_h * dx_row - length);
                run.v_jump = 4 * (taps - length);
                const float *window = &w[rows.first * taps + columns.first * s->in_c];
                int32_t count = 0;
                for (int32_t oc = 0; oc < s->out_c; oc++, window += w_step) {
                    if (g_at[oc] != 0.0f) {
                        run.v[count] = window;
                        run.g[count] = g_at[oc];
                        count++;
                        if (count == TE_DSP_OUTER) {
                            te_conv2d_dx_add(&run, count, lap.end - rows.first, r->y_ring * dx_row);
                            count = 0;
                        }
                    }
                }
                te_conv2d_dx_add(&run, count, lap.end - rows.first, r->y_ring * dx_row);
            }
        }
    }
    for (int32_t row = r->first; row < r->end; row++) {
        te_limit_all(&dx[row % r->y_ring * dx_row], dx_row);
    }
}

void te_conv2d_dx_f32_f32_dsp(const te_conv2d *s, const float *dy, const float *w, float *dx)
{
    const te_row_range all = {0, s->batch * s->in_h, s->batch * s->out_h, s->batch * s->in_h};
    te_conv2d_dx_f32_f32_dsp_rows(s, &all, dy, w, dx);
}
