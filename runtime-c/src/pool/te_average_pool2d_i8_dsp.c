/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Average of int8: the mean of the real values, divided by the scale of the result and rounded half to even. The real value of each code
 * is looked up in scratch; a window as large as the map keeps its four partial sums in registers. */
#include "te_kernels.h"
#include "te_math.h"

#define TE_X_CODES 1
#include "te_pool.h"

/* The mean of taps that lie one behind the other, of one channel, in the order of te_mean_add. */
static float te_map_mean(const te_pool2d *s, const float *real, const int8_t *x, int32_t taps)
{
    const int32_t step = s->channels;
    float a = 0.0f, b = 0.0f, c = 0.0f, d = 0.0f;
    for (int32_t i = 0; i < s->partial_taps / 4; i++) {
        a += real[*x];
        x += step;
        b += real[*x];
        x += step;
        c += real[*x];
        x += step;
        d += real[*x];
        x += step;
    }
    float sum = (a + c) + (b + d);
    for (int32_t i = s->partial_taps; i < taps; i++, x += step) {
        sum += real[*x];
    }
    return sum / (float)(s->count_include_pad != 0 ? s->kernel_h * s->kernel_w : taps);
}

static float te_codes_mean(const te_pool2d *s, const float *real, const int8_t *x, te_taps taps, int32_t x_ring)
{
    te_mean mean = te_mean_start(s);
    for (int32_t kh = taps.rows.first; kh < taps.rows.end; kh++) {
        const int8_t *from = &x[taps.row * s->in_w * s->channels + taps.at];
        for (int32_t kw = taps.columns.first; kw < taps.columns.end; kw++, from += s->dilation_w * s->channels) {
            te_mean_add(&mean, real[*from]);
        }
        taps.row = te_ring_step(taps.row, s->dilation_h, x_ring);
    }
    return te_mean_value(&mean, s);
}

/* Whether the taps are all pixels of the map and lie one behind the other. */
static int32_t te_is_map(const te_pool2d *s, const te_taps *taps, int32_t x_ring)
{
    return s->partial_taps > 0 && s->dilation_h == 1 && s->dilation_w == 1
           && taps->columns.end - taps->columns.first == s->in_w
           && taps->row + taps->rows.end - taps->rows.first <= x_ring;
}

void te_average_pool2d_i8_dsp_rows(const te_pool2d *s, const te_row_range *r, const int8_t *x, int8_t *y,
                                   float *scratch)
{
    const float *const real = scratch + 128;
    for (int32_t code = -128; code < 128; code++) {
        scratch[code + 128] = te_x_real((int8_t)code, s->x_zero, s->x_scale);
    }
    for (int32_t row = r->first; row < r->end; row++) {
        te_taps taps = te_taps_of_row(s, r, row);
        int8_t *to = &y[row % r->y_ring * s->out_w * s->channels];
        for (int32_t ow = 0; ow < s->out_w; ow++) {
            te_taps_of_column(s, &taps, ow);
            const int32_t map = te_is_map(s, &taps, r->x_ring), count = (taps.rows.end - taps.rows.first) * s->in_w;
            for (int32_t c = 0; c < s->channels; c++, taps.at++) {
                const float mean = map != 0
                                       ? te_map_mean(s, real, &x[taps.row * s->in_w * s->channels + taps.at], count)
                                       : te_codes_mean(s, real, x, taps, r->x_ring);
                te_store_i8(to++, NULL, 0, te_round_clamped(mean / s->y_scale, -1000.0f, 1000.0f) + s->y_zero, s->y_min,
                            s->y_max);
            }
        }
    }
}

void te_average_pool2d_i8_dsp(const te_pool2d *s, const int8_t *x, int8_t *y, float *scratch)
{
    const te_row_range all = te_pool2d_whole(s);
    te_average_pool2d_i8_dsp_rows(s, &all, x, y, scratch);
}
