/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Maximum of int8; quantization passes through, padding never wins. Four channels at a time. */
#include "te_dsp.h"
#include "te_kernels.h"
#include "te_taps.h"

/* The larger code in each byte. */
static inline uint32_t te_max4(uint32_t a, uint32_t b)
{
#if TE_DSP_CORE
    uint32_t r;
    __asm__("ssub8 %0, %1, %2\n sel %0, %1, %2" : "=&r"(r) : "r"(a), "r"(b));
    return r;
#else
    uint32_t r = 0;
    for (int32_t i = 0; i < 32; i += 8) {
        const int8_t p = (int8_t)(a >> i), q = (int8_t)(b >> i);
        r |= (uint32_t)(uint8_t)(p > q ? p : q) << i;
    }
    return r;
#endif
}

static inline void te_max_channels(const te_pool2d *s, const int8_t *x, const te_taps *taps, int32_t x_ring,
                                   int32_t count, int8_t *y)
{
    uint32_t max = (uint32_t)(s->y_min & 0xff) * 0x01010101u, tap = 0;
    int32_t row = taps->row;
    for (int32_t kh = taps->rows.first; kh < taps->rows.end; kh++) {
        const int8_t *from = x + row * s->in_w * s->channels;
        for (int32_t kw = taps->columns.first; kw < taps->columns.end; kw++, from += s->dilation_w * s->channels) {
            memcpy(&tap, from, (size_t)count);
            max = te_max4(max, tap);
        }
        row = te_ring_step(row, s->dilation_h, x_ring);
    }
    memcpy(y, &max, (size_t)count);
}

void te_max_pool2d_i8_dsp_rows(const te_pool2d *s, const te_row_range *r, const int8_t *x, int8_t *y)
{
    for (int32_t row = r->first; row < r->end; row++) {
        te_taps taps = te_taps_of_row(s, r, row);
        int8_t *to = &y[row % r->y_ring * s->out_w * s->channels];
        for (int32_t ow = 0; ow < s->out_w; ow++, to += s->channels) {
            te_taps_of_column(s, &taps, ow);
            const int8_t *const from = x + taps.at;
            int32_t c = 0;
            for (; c + 4 <= s->channels; c += 4) {
                te_max_channels(s, from + c, &taps, r->x_ring, 4, to + c);
            }
            for (; c < s->channels; c++) {
                te_max_channels(s, from + c, &taps, r->x_ring, 1, to + c);
            }
        }
    }
}

void te_max_pool2d_i8_dsp(const te_pool2d *s, const int8_t *x, int8_t *y)
{
    const te_row_range all = te_pool2d_whole(s);
    te_max_pool2d_i8_dsp_rows(s, &all, x, y);
}
