/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The mean of a pooling window in the order of additions of ONNX Runtime's fp32 pooling, which decides rounding ties: a
 * window as large as the map keeps four partial sums by position modulo 4, added as (0+2)+(1+3), and then adds the
 * taps that are left over; any other window adds in order of row and column. */
#ifndef TE_POOL_H
#define TE_POOL_H

#include <stdint.h>

#include "te_operand.h"
#include "te_shapes.h"
#include "te_taps.h"

typedef struct te_mean {
    float partial[4];
    float sum;
    int32_t taps, whole; /* taps so far; taps that go to the partial sums */
} te_mean;

static inline te_mean te_mean_start(const te_pool2d *s)
{
    te_mean m = {{0.0f, 0.0f, 0.0f, 0.0f}, 0.0f, 0, 0};
    m.whole = s->partial_taps;
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

/* The mean of the real values that the taps of one channel have. */
static inline float te_window_mean(const te_pool2d *s, const te_x *x, te_taps taps, int32_t x_ring)
{
    te_mean mean = te_mean_start(s);
    for (int32_t kh = taps.rows.first; kh < taps.rows.end; kh++) {
        int32_t at = taps.row * s->in_w * s->channels + taps.at;
        for (int32_t kw = taps.columns.first; kw < taps.columns.end; kw++) {
            te_mean_add(&mean, te_x_real(x[at], s->x_zero, s->x_scale));
            at += s->dilation_w * s->channels;
        }
        taps.row = te_ring_step(taps.row, s->dilation_h, x_ring);
    }
    return te_mean_value(&mean, s);
}

/* Means that stay real. */
static inline void te_average_pool2d_rows(const te_pool2d *s, const te_row_range *r, const te_x *x, float *y)
{
    for (int32_t row = r->first; row < r->end; row++) {
        te_taps taps = te_taps_of_row(s, r, row);
        float *to = &y[row % r->y_ring * s->out_w * s->channels];
        for (int32_t ow = 0; ow < s->out_w; ow++) {
            te_taps_of_column(s, &taps, ow);
            for (int32_t c = 0; c < s->channels; c++, taps.at++) {
                *to++ = te_window_mean(s, x, taps, r->x_ring);
            }
        }
    }
}

#endif
