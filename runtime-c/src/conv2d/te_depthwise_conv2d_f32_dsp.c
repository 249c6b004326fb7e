/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of fp32: y = clamp(b + sum of x * w), eight channels of a pixel at a time. Weights lie channel by channel, so they
 * are first brought into the order of the sums. */
#include "te_dsp_lanes.h"
#include "te_dsp_mask_stored.h"
#include "te_kernels.h"
#include "te_row_range.h"

/* The channel with which an eight begins; the last one may begin among those before it. */
static int32_t te_lanes_first(int32_t eight, int32_t channels)
{
    const int32_t first = eight * TE_DSP_LANES;
    return first + TE_DSP_LANES <= channels ? first : channels - TE_DSP_LANES;
}

/* First sums of eight channels, then their weights, tap by tap. */
static void te_lanes_fill(const te_conv2d *s, const float *w, const float *b, float *to)
{
    const int32_t taps = s->kernel_h * s->kernel_w;
    for (int32_t eight = 0; eight * TE_DSP_LANES < s->in_c; eight++) {
        const int32_t first = te_lanes_first(eight, s->in_c);
        for (int32_t c = 0; c < TE_DSP_LANES; c++) {
            to[c] = b == NULL ? 0.0f : b[first + c];
        }
        to += TE_DSP_LANES;
        for (int32_t c = 0; c < TE_DSP_LANES; c++) {
            const float *const from = &w[(first + c) * taps];
            for (int32_t tap = 0; tap < taps; tap++) {
                to[tap * TE_DSP_LANES + c] = from[tap];
            }
        }
        to += taps * TE_DSP_LANES;
    }
}

/* A window without taps: the first sums. */
static void te_lanes_empty(const te_conv2d *s, const float *b, float *y)
{
    for (int32_t c = 0; c < s->in_c; c++) {
        te_store_f32(&y[c], NULL, 0, b == NULL ? 0.0f : b[c], s->f_min, s->f_max);
    }
}

void te_depthwise_conv2d_f32_dsp_rows(const te_conv2d *s, const te_row_range *r, const float *x, const float *w,
                                      const float *b, float *y, uint8_t *mask, float *scratch)
{
    const int32_t channels = s->in_c, x_row = s->in_w * channels, y_row = s->out_w * channels;
    const int32_t taps = s->kernel_h * s->kernel_w, x_tap = s->dilation_w * channels;
    const int32_t whole = channels / TE_DSP_LANES;
    int32_t jumps[TE_DSP_LANES_ROWS];
    te_dsp_lanes_run run;
    te_lanes_fill(s, w, b, scratch);
    run.jumps = jumps;
    run.x_step = 4 * (x_tap - TE_DSP_LANES);
    run.w_step = 4 * TE_DSP_LANES * (taps + 1);
    run.min = s->f_min;
    run.max = s->f_max;
    run.has_min = s->f_min > -TE_INFINITY;
    run.has_max = s->f_max < TE_INFINITY;
    for (int32_t row = r->first; row < r->end; row++) {
        const int32_t n = row / s->out_h;
        const int32_t top = (row - n * s->out_h) * s->stride_h - s->pad_top;
        const te_span rows = te_window(top, s->dilation_h, s->kernel_h, s->in_h);
        const te_lap lap = te_lap_of(n * s->in_h + top, rows, s->dilation_h, r->x_ring);
        float *to = &y[row % r->y_ring * y_row];
        run.rows = rows.end - rows.first;
        for (int32_t ow = 0; ow < s->out_w; ow++, to += channels) {
            const int32_t left = ow * s->stride_w - s->pad_left;
            const te_span columns = te_window(left, s->dilation_w, s->kernel_w, s->in_w);
            run.taps = columns.end - columns.first;
            if (run.taps == 0 || run.rows == 0) {
                te_lanes_empty(s, b, to);
                continue;
            }
            for (int32_t kh = rows.first + 1; kh < rows.end; kh++) {
                const int32_t rows_on = kh == lap.end ? s->dilation_h - r->x_ring : s->dilation_h;
                jumps[kh - rows.first - 1] = 4 * (rows_on * x_row - run.taps * x_tap);
            }
            run.w_jump = 4 * TE_DSP_LANES * (s->kernel_w - run.taps);
            run.first = 4 * TE_DSP_LANES * (1 + rows.first * s->kernel_w + columns.first);
            run.x = &x[lap.row * x_row + (left + columns.first * s->dilation_w) * channels];
            run.w = scratch;
            run.y = to;
            run.eights = whole;
            te_dsp_lanes(&run);
            if (channels % TE_DSP_LANES != 0) {
                run.x += channels - TE_DSP_LANES;
                run.w += whole * TE_DSP_LANES * (taps + 1);
                run.y += channels - TE_DSP_LANES;
                run.eights = 1;
                te_dsp_lanes(&run);
            }
        }
        if (mask != NULL) {
            te_dsp_mask_stored(to - y_row, y_row, mask, row * y_row, s->f_min, s->f_max);
        }
    }
}

void te_depthwise_conv2d_f32_dsp(const te_conv2d *s, const float *x, const float *w, const float *b, float *y,
                                 uint8_t *mask, float *scratch)
{
    const te_row_range all = {0, s->batch * s->out_h, s->batch * s->in_h, s->batch * s->out_h};
    te_depthwise_conv2d_f32_dsp_rows(s, &all, x, w, b, y, mask, scratch);
}
