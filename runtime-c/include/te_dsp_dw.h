/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of the weights of one output channel of a convolution of fp32, as te_conv2d_dw.h defines it. Eight pixels whose windows
 * have the same taps are added at a time; those whose gradient is 0 are left out. */
#ifndef TE_DSP_DW_H
#define TE_DSP_DW_H

#include "te_dsp_outer.h"
#include "te_shapes.h"
#include "te_window.h"

/* The result columns whose windows lie within the rows of the input. */
static inline te_span te_dsp_dw_inner(const te_conv2d_update *s)
{
    const int32_t room = s->in_w - s->kernel_w + s->pad_left;
    te_span inner;
    inner.first = (s->pad_left + s->stride_w - 1) / s->stride_w;
    inner.end = room < 0 ? 0 : room / s->stride_w + 1;
    inner.end = inner.end > s->out_w ? s->out_w : inner.end;
    if (inner.first > inner.end) {
        inner.first = inner.end; /* all reach beyond it */
    }
    return inner;
}

/* Where the windows of pixels with these taps lie. */
static inline void te_dsp_dw_taps(te_dsp_outer_run *run, const te_conv2d_update *s, te_span rows, te_span columns,
                                  float *row)
{
    const int32_t taps = s->kernel_w * s->in_c, length = (columns.end - columns.first) * s->in_c;
    run->y = &row[rows.first * taps + columns.first * s->in_c];
    run->rows = rows.end - rows.first;
    run->length = 4 * length;
    run->y_jump = 4 * (taps - length);
    run->v_jump = 4 * (s->dilation_h * s->in_w * s->in_c - length);
}

/* The pixels of a row whose windows reach beyond the input, each by itself. x: column 0 of the first row of the window. */
static inline void te_dsp_dw_edge(const te_conv2d_update *s, te_span rows, te_span pixels, const float *dy,
                                  const float *x, float *row)
{
    for (int32_t ow = pixels.first; ow < pixels.end; ow++) {
        const int32_t left = ow * s->stride_w - s->pad_left;
        const te_span columns = te_window(left, 1, s->kernel_w, s->in_w);
        if (dy[ow * s->out_c] != 0.0f && columns.first < columns.end) {
            te_dsp_outer_run run;
            te_dsp_dw_taps(&run, s, rows, columns, row);
            run.v[0] = x + (left + columns.first) * s->in_c;
            run.g[0] = dy[ow * s->out_c];
            te_dsp_outer(&run, 1);
        }
    }
}

static inline void te_dsp_dw_row(const te_conv2d_update *s, const float *dy, const float *x, int32_t oc, float *row)
{
    const int32_t x_row = s->in_w * s->in_c, step = s->stride_w * s->in_c, dy_row = s->out_w * s->out_c;
    const te_span inner = te_dsp_dw_inner(s), all = {0, s->kernel_w};
    const te_span before = {0, inner.first}, after = {inner.end, s->out_w};
    te_dsp_outer_run run;
    int32_t count = 0;
    te_span walked = {0, 0}; /* the rows of the windows of the pixels that wait */
    for (int32_t i = 0; i < s->kernel_h * s->kernel_w * s->in_c; i++) {
        row[i] = 0.0f;
    }
    dy += oc;
    for (int32_t n = 0; n < s->batch; n++) {
        for (int32_t oh = 0; oh < s->out_h; oh++, dy += dy_row) {
            const int32_t top = oh * s->stride_h - s->pad_top;
            const te_span rows = te_window(top, s->dilation_h, s->kernel_h, s->in_h);
            if (rows.first == rows.end) {
                continue;
            }
            const float *const from = &x[(n * s->in_h + top + rows.first * s->dilation_h) * x_row];
            if (before.end > 0 || rows.first != walked.first || rows.end != walked.end) {
                te_dsp_outer_first(&run, count);
                count = 0;
                walked = rows;
                te_dsp_dw_taps(&run, s, rows, all, row);
                te_dsp_dw_edge(s, rows, before, dy, from, row);
            }
            const float *at = from + inner.first * step - s->pad_left * s->in_c;
            const float *g = &dy[inner.first * s->out_c];
            for (int32_t ow = inner.first; ow < inner.end; ow++, at += step, g += s->out_c) {
                if (*g != 0.0f) { /* masked elements are common */
                    run.v[count] = at;
                    run.g[count] = *g;
                    count++;
                    if (count == TE_DSP_OUTER) {
                        te_dsp_outer(&run, count);
                        count = 0;
                    }
                }
            }
            if (after.first < after.end) {
                te_dsp_outer_first(&run, count);
                count = 0;
                te_dsp_dw_edge(s, rows, after, dy, from, row);
            }
        }
    }
    te_dsp_outer_first(&run, count);
}

#endif
