/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The real gradient of a depthwise convolution to its input, with weights in codes; scale[c] makes them real. A pixel of dx is a window of
 * dy with every stride-th tap of the kernel in reverse, so the loop of the forward pass makes it, some channels after the others: their
 * gradients times scale and their weights wait in scratch. Products of a gradient of 0 are added too: a sum that begins with 0 is
 * never -0, which alone they would change. */
#include "te_dsp_limit.h"
#include "te_dsp_scaled.h"
#include "te_kernels.h"

enum { TE_SPREAD_LANES = 2 * TE_DSP_LANES }; /* channels at a time */

/* The taps of a kernel that meet every stride-th pixel of dx, first, first + stride .. */
static int32_t te_taps_from(int32_t first, int32_t stride, int32_t kernel)
{
    return first < kernel ? (kernel - first + stride - 1) / stride : 0;
}

/* All taps that meet pixels before the first-th one. */
static int32_t te_taps_before(int32_t first, int32_t stride, int32_t kernel)
{
    int32_t taps = 0;
    for (int32_t i = 0; i < first; i++) {
        taps += te_taps_from(i, stride, kernel);
    }
    return taps;
}

/* Eight zeros, then the weights of eight channels: kernels of pixels after each other, each in reverse. */
static void te_lanes_reversed(const te_conv2d *s, const int8_t *w, float *to)
{
    const int32_t taps = s->kernel_h * s->kernel_w;
    for (int32_t c = 0; c < TE_DSP_LANES; c++) {
        *to++ = 0.0f;
    }
    for (int32_t top = 0; top < s->stride_h; top++) {
        for (int32_t left = 0; left < s->stride_w; left++) {
            const int32_t rows = te_taps_from(top, s->stride_h, s->kernel_h);
            const int32_t columns = te_taps_from(left, s->stride_w, s->kernel_w);
            for (int32_t i = rows; i-- > 0;) {
                const int8_t *from = &w[(top + i * s->stride_h) * s->kernel_w + left + columns * s->stride_w];
                for (int32_t j = 0; j < columns; j++) {
                    from -= s->stride_w;
                    const int8_t *code = from;
                    for (int32_t c = 0; c < TE_DSP_LANES; c++, code += taps) {
                        *to++ = (float)*code;
                    }
                }
            }
        }
    }
}

/* `lanes` channels of some rows of dy, made real. */
static void te_lanes_scaled(const te_conv2d *s, const te_row_range *r, const float *dy, const float *scale, int32_t n,
                            te_span rows, int32_t lanes, float *to)
{
    for (int32_t oh = rows.first; oh < rows.end; oh++) {
        const float *from = &dy[(n * s->out_h + oh) % r->x_ring * s->out_w * s->out_c];
        for (int32_t c = 0; c < lanes; c += TE_DSP_LANES) {
            te_dsp_scaled(from + c, 4 * s->out_c, scale + c, to + c, 4 * lanes, s->out_w);
        }
        to += s->out_w * lanes;
    }
}

/* `lanes` channels of a row of dx. `rows`: of the kernel_rows taps that a column has, those in dy, which g begins with; `first`: the tap
 * with which the kernels of this row begin. */
static void te_lanes_row(const te_conv2d *s, te_dsp_lanes_run *run, int32_t *jumps, te_span rows, int32_t kernel_rows,
                         const float *g, int32_t lanes, int32_t first, float *dx)
{
    int32_t left = s->pad_left % s->stride_w, last = s->pad_left / s->stride_w;
    for (int32_t iw = 0; iw < s->in_w; iw++, dx += s->in_c) {
        const int32_t taps = te_taps_from(left, s->stride_w, s->kernel_w);
        const te_span columns = te_window(last - taps + 1, 1, taps, s->out_w);
        run->taps = columns.end - columns.first;
        if (run->taps <= 0 || run->rows <= 0) {
            memset(dx, 0, (size_t)lanes * sizeof dx[0]);
        } else {
            const int32_t before = te_taps_before(left, s->stride_w, s->kernel_w) * kernel_rows;
            for (int32_t i = 0; i < run->rows - 1; i++) {
                jumps[i] = 4 * (s->out_w - run->taps) * lanes;
            }
            run->w_jump = 4 * TE_DSP_LANES * (taps - run->taps);
            run->first = 4 * TE_DSP_LANES * (1 + first + before + rows.first * taps + columns.first);
            run->x = g + (last - taps + 1 + columns.first) * lanes;
            run->y = dx;
            te_dsp_lanes(run);
        }
        if (++left == s->stride_w) {
            left = 0;
            last++;
        }
    }
}

void te_depthwise_dx_f32_i8_dsp_rows(const te_conv2d *s, const te_row_range *r, const float *dy, const int8_t *w,
                                     const float *scale, float *dx, float *scratch)
{
    const int32_t channels = s->in_c, kernel = s->kernel_h * s->kernel_w, dx_row = s->in_w * channels;
    float *const g = scratch + TE_SPREAD_LANES * (kernel + 1);
    int32_t jumps[TE_DSP_LANES_ROWS];
    te_dsp_lanes_run run;
    run.jumps = jumps;
    run.w_step = 4 * TE_DSP_LANES * (kernel + 1);
    run.w = scratch;
    run.min = -TE_INFINITY;
    run.max = TE_INFINITY;
    run.has_min = run.has_max = 0;
    for (int32_t c = 0; c < channels;) {
        /* the last eight may begin among those before it */
        const int32_t rest = channels - c, lanes = rest >= TE_SPREAD_LANES ? TE_SPREAD_LANES : TE_DSP_LANES;
        c = rest < TE_DSP_LANES ? channels - TE_DSP_LANES : c;
        run.eights = lanes / TE_DSP_LANES;
        run.x_step = 4 * (lanes - TE_DSP_LANES);
        for (int32_t i = 0; i < lanes; i += TE_DSP_LANES) {
            te_lanes_reversed(s, &w[(c + i) * kernel], scratch + i * (kernel + 1));
        }
        for (int32_t n = r->first / s->in_h; n * s->in_h < r->end; n++) {
            const te_span made = te_rows_of_image(r, n, s->in_h);
            const te_span from = te_reaching(made, s->pad_top, 1, s->kernel_h, s->stride_h, s->out_h);
            te_lanes_scaled(s, r, dy + c, scale + c, n, from, lanes, g);
            for (int32_t ih = made.first; ih < made.end; ih++) {
                const int32_t top = (ih + s->pad_top) % s->stride_h;
                const int32_t taps = te_taps_from(top, s->stride_h, s->kernel_h);
                const int32_t start = (ih + s->pad_top) / s->stride_h - taps + 1;
                const te_span rows = te_window(start, 1, taps, s->out_h);
                run.rows = rows.end - rows.first;
                te_lanes_row(s, &run, jumps, rows, taps, &g[(start + rows.first - from.first) * s->out_w * lanes],
                             lanes, te_taps_before(top, s->stride_h, s->kernel_h) * s->kernel_w,
                             &dx[(n * s->in_h + ih) % r->y_ring * dx_row + c]);
            }
        }
        c += lanes;
    }
    te_dsp_limit_rows(r, dx, dx_row);
}

void te_depthwise_dx_f32_i8_dsp(const te_conv2d *s, const float *dy, const int8_t *w, const float *scale, float *dx,
                                float *scratch)
{
    const te_row_range all = {0, s->batch * s->in_h, s->batch * s->out_h, s->batch * s->in_h};
    te_depthwise_dx_f32_i8_dsp_rows(s, &all, dy, w, scale, dx, scratch);
}
