/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The mean of a pooling window in the order of additions of ONNX Runtime's fp32 pooling, which decides rounding ties: a
 * window as large as the map keeps four partial sums by position modulo 4, added as (0+2)+(1+3), and adds what is left over
 * of four; any other window adds in order of row and column. */
#ifndef TE_POOL_H
#define TE_POOL_H

#include <stdint.h>

#include "te_operand.h"
#include "te_shapes.h"
#include "te_window.h"

typedef struct te_mean {
    float partial[4];
    float sum;
    int32_t taps, whole; /* taps so far; taps that go to the partial sums */
} te_mean;

static inline te_mean te_mean_start(const te_pool2d *s)
{
    const int32_t global = s->out_h == 1 && s->out_w == 1 && s->kernel_h == s->in_h && s->kernel_w == s->in_w;
    te_mean m = {{0.0f, 0.0f, 0.0f, 0.0f}, 0.0f, 0, 0};
    m.whole = global ? s->kernel_h * s->kernel_w / 4 * 4 : 0;
    return m;
}

static inline void te_mean_add(te_mean *m, float v)
{
    if (m->taps < m->whole) {
        m->partial[m->taps & 3] += v;
        if (m->taps == m->whole - 1) {
            m->sum = (m->partial[0] + m->partial[2]) + (m->partial[1] + m->partial[3]);
        }
    } else {
        m->sum += v;
    }
    m->taps++;
}

static inline float te_mean_value(const te_mean *m, const te_pool2d *s)
{
    return m->sum / (float)(s->count_include_pad != 0 ? s->kernel_h * s->kernel_w : m->taps);
}

/* The mean of the real values in a window of one channel, whose tap in row 0 and column 0 of the window would be x[at]. */
static inline float te_window_mean(const te_pool2d *s, const te_x *x, te_span rows, te_span columns, int32_t at)
{
    te_mean mean = te_mean_start(s);
    for (int32_t kh = rows.first; kh < rows.end; kh++) {
        for (int32_t kw = columns.first; kw < columns.end; kw++) {
            te_mean_add(&mean, te_x_real(x[at + (kh * s->dilation_h * s->in_w + kw * s->dilation_w) * s->channels],
                                         s->x_zero, s->x_scale));
        }
    }
    return te_mean_value(&mean, s);
}

/* Means that stay real. */
static inline void te_average_pool2d(const te_pool2d *s, const te_x *x, float *y)
{
    for (int32_t n = 0; n < s->batch; n++) {
        for (int32_t oh = 0; oh < s->out_h; oh++) {
            const int32_t top = oh * s->stride_h - s->pad_top;
            const te_span rows = te_window(top, s->dilation_h, s->kernel_h, s->in_h);
            for (int32_t ow = 0; ow < s->out_w; ow++) {
                const int32_t left = ow * s->stride_w - s->pad_left;
                const te_span columns = te_window(left, s->dilation_w, s->kernel_w, s->in_w);
                const int32_t at = ((n * s->in_h + top) * s->in_w + left) * s->channels;
                float *to = &y[((n * s->out_h + oh) * s->out_w + ow) * s->channels];
                for (int32_t c = 0; c < s->channels; c++) {
                    to[c] = te_window_mean(s, x, rows, columns, at + c);
                }
            }
        }
    }
}

#endif
