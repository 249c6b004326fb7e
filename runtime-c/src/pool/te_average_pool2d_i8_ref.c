/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Average of int8: the mean of the real values, divided by the scale of the result and rounded half to even. */
#include "te_kernels.h"
#include "te_math.h"

#define TE_X_CODES 1
#include "te_pool.h"

void te_average_pool2d_i8_ref_rows(const te_pool2d *s, const te_row_range *r, const int8_t *x, int8_t *y)
{
    for (int32_t row = r->first; row < r->end; row++) {
        te_taps taps = te_taps_of_row(s, r, row);
        int8_t *to = &y[row % r->y_ring * s->out_w * s->channels];
        for (int32_t ow = 0; ow < s->out_w; ow++) {
            te_taps_of_column(s, &taps, ow);
            for (int32_t c = 0; c < s->channels; c++, taps.at++) {
                const float mean = te_window_mean(s, x, taps, r->x_ring);
                const int32_t code = te_round_clamped(mean / s->y_scale, -1000.0f, 1000.0f) + s->y_zero;
                te_store_i8(to++, NULL, 0, code, s->y_min, s->y_max);
            }
        }
    }
}

void te_average_pool2d_i8_ref(const te_pool2d *s, const int8_t *x, int8_t *y)
{
    const te_row_range all = te_pool2d_whole(s);
    te_average_pool2d_i8_ref_rows(s, &all, x, y);
}
