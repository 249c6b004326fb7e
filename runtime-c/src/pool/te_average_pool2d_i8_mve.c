/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Average of int8: the mean of the real values, divided by the scale of the result and rounded half to even. Of a window as large as the
 * map the sums of four channels are made at a time, unless they could be subnormal, which Helium takes for 0. */
#include "te_kernels.h"
#include "te_math.h"
#include "te_mve.h"

#define TE_X_CODES 1
#include "te_pool.h"

#if TE_MVE_CORE

/* The sums of taps that lie one behind the other, of four channels, in the order of te_mean_add. */
static void te_map_sums(const te_pool2d *s, const int8_t *x, int32_t taps, float *sums)
{
    __asm__ volatile("vmov.i32 q0, #0\n vmov.i32 q1, #0\n vmov.i32 q2, #0\n vmov.i32 q3, #0\n vdup.32 q5, %[scale]\n"
                     "wls lr, %[fours], 2f\n 1:\n"
#define TAP(q)                                                                                                         \
    "vldrb.s32 q4, [%[x]]\n add %[x], %[step]\n vsub.i32 q4, q4, %[zero]\n vcvt.f32.s32 q4, q4\n"                      \
    "vmul.f32 q4, q4, q5\n vadd.f32 " q ", " q ", q4\n"
                     TAP("q0") TAP("q1") TAP("q2")
                         TAP("q3") "le lr, 1b\n 2: vadd.f32 q0, q0, q2\n vadd.f32 q1, q1, q3\n"
                                   "vadd.f32 q0, q0, q1\n wls lr, %[rest], 4f\n 3:\n" TAP(
                                       "q0") "le lr, 3b\n 4: vstrw.32 q0, [%[sums]]\n"
#undef TAP
                     : [x] "+l"(x)
                     : [fours] "r"(s->partial_taps / 4), [rest] "r"(taps - s->partial_taps), [step] "r"(s->channels),
                       [zero] "r"(s->x_zero), [scale] "r"(s->x_scale), [sums] "r"(sums)
                     : "q0", "q1", "q2", "q3", "q4", "q5", "lr", "memory", "cc");
}

/* Whether the taps are all pixels of the map and lie one behind the other. */
static int32_t te_is_map(const te_pool2d *s, const te_taps *taps, int32_t x_ring)
{
    return s->partial_taps % 4 == 0 && s->dilation_h == 1 && s->dilation_w == 1
           && taps->columns.end - taps->columns.first == s->in_w
           && taps->row + taps->rows.end - taps->rows.first <= x_ring;
}

#endif

static void te_store_mean(const te_pool2d *s, float mean, int8_t *y)
{
    te_store_i8(y, NULL, 0, te_round_clamped(mean / s->y_scale, -1000.0f, 1000.0f) + s->y_zero, s->y_min, s->y_max);
}

void te_average_pool2d_i8_mve_rows(const te_pool2d *s, const te_row_range *r, const int8_t *x, int8_t *y)
{
    for (int32_t row = r->first; row < r->end; row++) {
        te_taps taps = te_taps_of_row(s, r, row);
        int8_t *to = &y[row % r->y_ring * s->out_w * s->channels];
        for (int32_t ow = 0; ow < s->out_w; ow++) {
            te_taps_of_column(s, &taps, ow);
            int32_t c = 0;
#if TE_MVE_CORE
            const int32_t count = (taps.rows.end - taps.rows.first) * s->in_w;
            const float divisor = (float)(s->count_include_pad != 0 ? s->kernel_h * s->kernel_w : count);
            for (; s->x_scale > 1e-20f && te_is_map(s, &taps, r->x_ring) != 0 && c + 4 <= s->channels; c += 4) {
                float sums[4];
                te_map_sums(s, &x[taps.row * s->in_w * s->channels + taps.at], count, sums);
                for (int32_t i = 0; i < 4; i++) {
                    te_store_mean(s, sums[i] / divisor, to++);
                }
                taps.at += 4;
            }
#endif
            for (; c < s->channels; c++, taps.at++) {
                te_store_mean(s, te_window_mean(s, x, taps, r->x_ring), to++);
            }
        }
    }
}

void te_average_pool2d_i8_mve(const te_pool2d *s, const int8_t *x, int8_t *y)
{
    const te_row_range all = te_pool2d_whole(s);
    te_average_pool2d_i8_mve_rows(s, &all, x, y);
}
