/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Average of int8 by a sum of integers. The definition rounds after every addition, in an order of its own; with u =
 * 2^-24 it is off the exact mean by at most (taps + 3) * u times the mean of |x - x_zero| <= 255, in steps of the
 * result, and so is the mean of the integer sum by 4 * u. Where the latter is not as close to a tie as both together,
 * both round to the same code; where it is, the definition decides. */
#include "te_kernels.h"
#include "te_math.h"

#define TE_X_CODES 1
#include "te_pool.h"

typedef struct te_tile_mean {
    float factor; /* steps of the result that a step of the sum is */
    float most;   /* how far from a code its means may be */
    int32_t taps; /* for which these hold */
} te_tile_mean;

static inline te_tile_mean te_tile_mean_of(const te_pool2d *s, int32_t taps)
{
    const float step = s->x_scale / s->y_scale;
    te_tile_mean mean;
    mean.taps = taps;
    mean.factor = step / (float)(s->count_include_pad != 0 ? s->kernel_h * s->kernel_w : taps);
    mean.most = 0.5f - (float)(taps + 16) * (256.0f / 16777216.0f) * step;
    return mean;
}

static int32_t te_tile_window_sum(const te_pool2d *s, const int8_t *x, te_taps taps, int32_t x_ring)
{
    const int32_t step = s->dilation_w * s->channels, count = taps.columns.end - taps.columns.first;
    int32_t sum = 0;
    for (int32_t kh = taps.rows.first; kh < taps.rows.end; kh++) {
        int32_t at = taps.row * s->in_w * s->channels + taps.at;
        for (int32_t i = count; i > 0; i--) {
            sum += x[at];
            at += step;
        }
        taps.row = te_ring_step(taps.row, s->dilation_h, x_ring);
    }
    return sum;
}

void te_average_pool2d_i8_tile_rows(const te_pool2d *s, const te_row_range *r, const int8_t *x, int8_t *y)
{
    te_tile_mean mean = {0.0f, 0.0f, 0};
    for (int32_t row = r->first; row < r->end; row++) {
        te_taps taps = te_taps_of_row(s, r, row);
        int8_t *to = &y[row % r->y_ring * s->out_w * s->channels];
        for (int32_t ow = 0; ow < s->out_w; ow++) {
            te_taps_of_column(s, &taps, ow);
            const int32_t count = (taps.rows.end - taps.rows.first) * (taps.columns.end - taps.columns.first);
            if (count != mean.taps) {
                mean = te_tile_mean_of(s, count);
            }
            for (int32_t c = 0; c < s->channels; c++, taps.at++) {
                const int32_t sum = te_tile_window_sum(s, x, taps, r->x_ring) - count * s->x_zero;
                const float value = (float)sum * mean.factor;
                int32_t code = te_round_clamped(value, -1000.0f, 1000.0f);
                const float off = value - (float)code;
                if (!(off < mean.most && off > -mean.most)) {
                    code = te_round_clamped(te_window_mean(s, x, taps, r->x_ring) / s->y_scale, -1000.0f, 1000.0f);
                }
                te_store_i8(to++, NULL, 0, code + s->y_zero, s->y_min, s->y_max);
            }
        }
    }
}

void te_average_pool2d_i8_tile(const te_pool2d *s, const int8_t *x, int8_t *y)
{
    const te_row_range all = te_pool2d_whole(s);
    te_average_pool2d_i8_tile_rows(s, &all, x, y);
}
