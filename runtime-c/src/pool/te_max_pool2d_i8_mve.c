/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Maximum of int8; quantization passes through, padding never wins. Sixteen channels at a time. */
#include "te_kernels.h"
#include "te_mve.h"
#include "te_taps.h"

/* The largest of the taps of a kernel row and of what stands in y, channel by channel. */
static void te_max_taps(const int8_t *x, int32_t taps, int32_t step, int32_t channels, int8_t *y)
{
#if TE_MVE_CORE
    for (int32_t c = 0; c < channels; c += 16) {
        const int8_t *from = x + c;
        __asm__ volatile("vctp.8 %[left]\n vpst\n vldrbt.8 q0, [%[y]]\n dls lr, %[taps]\n"
                         "1: vpst\n vldrbt.8 q1, [%[from]]\n vmax.s8 q0, q0, q1\n add %[from], %[step]\n le lr, 1b\n"
                         "vpst\n vstrbt.8 q0, [%[y]]\n"
                         : [from] "+r"(from)
                         : [y] "r"(y + c), [left] "r"(channels - c), [taps] "r"(taps), [step] "r"(step)
                         : "q0", "q1", "lr", "memory", "cc");
    }
#else
    for (int32_t i = 0; i < taps; i++, x += step) {
        for (int32_t c = 0; c < channels; c++) {
            y[c] = x[c] > y[c] ? x[c] : y[c];
        }
    }
#endif
}

void te_max_pool2d_i8_mve_rows(const te_pool2d *s, const te_row_range *r, const int8_t *x, int8_t *y)
{
    for (int32_t row = r->first; row < r->end; row++) {
        te_taps taps = te_taps_of_row(s, r, row);
        int8_t *to = &y[row % r->y_ring * s->out_w * s->channels];
        for (int32_t ow = 0; ow < s->out_w; ow++, to += s->channels) {
            te_taps_of_column(s, &taps, ow);
            int32_t x_row = taps.row;
            memset(to, s->y_min, (size_t)s->channels);
            for (int32_t kh = taps.rows.first; kh < taps.rows.end && taps.columns.first < taps.columns.end; kh++) {
                te_max_taps(x + x_row * s->in_w * s->channels + taps.at, taps.columns.end - taps.columns.first,
                            s->dilation_w * s->channels, s->channels, to);
                x_row = te_ring_step(x_row, s->dilation_h, r->x_ring);
            }
        }
    }
}

void te_max_pool2d_i8_mve(const te_pool2d *s, const int8_t *x, int8_t *y)
{
    const te_row_range all = te_pool2d_whole(s);
    te_max_pool2d_i8_mve_rows(s, &all, x, y);
}
