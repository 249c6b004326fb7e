/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a depthwise convolution to its input from a gradient in blocks of int8. Which taps meet a pixel of dx is found out once
 * for all channels, for some pixels at a time. */
#include "te_kernels.h"

#include "te_dsp_gradient.h"
#include "te_dsp_spread.h"

enum { TE_SPREAD_TAPS = 100 }; /* a list is made for so few pixels that it has at most this many taps */

typedef struct te_spread_tap {
    int32_t at, tap, lift;
} te_spread_tap;

/* The taps that meet column iw of an input row, in any order; -1 if some terms of its sums are rounded one by one. */
static int32_t te_spread_taps(const te_block_conv2d *s, int32_t ring, const int8_t *dy, int32_t n, int32_t ih,
                              int32_t iw, int32_t top, te_spread_tap *taps)
{
    const int32_t block = te_block_at(1, s->out_pixels * s->out_c), out_row = s->out_w / s->out_pixels * block;
    int32_t count = 0;
    for (int32_t kw = 0; kw < s->kernel_w; kw++) {
        const int32_t ow = te_spread_row(0, iw, kw, s->out_w, s->stride_w, s->pad_left, s->dilation_w, s->out_w);
        if (ow < 0) {
            continue;
        }
        const int32_t b = ow / s->out_pixels, in_row = b * block, in_block = 1 + (ow - b * s->out_pixels) * s->out_c;
        for (int32_t kh = 0; kh < s->kernel_h; kh++) {
            const int32_t row = te_spread_row(n, ih, kh, s->out_h, s->stride_h, s->pad_top, s->dilation_h, ring);
            if (row < 0) {
                continue;
            }
            const int32_t at = row * out_row + in_row, lift = te_dsp_lift(dy[at], top, s->guard);
            if (lift < 0) {
                return -1;
            }
            if (lift != TE_DSP_NOTHING) {
                taps[count].at = at + in_block;
                taps[count].tap = kh * s->kernel_w + kw;
                taps[count].lift = lift;
                count++;
            }
        }
    }
    return count;
}

/* The list of a pixel; returns its end. */
static int32_t *te_spread_list(const te_spread_tap *taps, int32_t count, int32_t *list)
{
    int32_t lift = 0, next;
    for (int32_t i = 0; i < count; i++) {
        lift = taps[i].lift > lift ? taps[i].lift : lift;
    }
    do {
        int32_t *const bytes = list++;
        next = -1;
        for (int32_t i = 0; i < count; i++) {
            const int32_t own = taps[i].lift;
            if (own == lift) {
                *list++ = taps[i].at;
                *list++ = taps[i].tap;
            } else if (own < lift && own > next) {
                next = own;
            }
        }
        *bytes = (int32_t)(4 * (list - bytes - 1));
        *list++ = next < 0 ? lift | TE_SPREAD_PIXEL : lift - next;
        lift = next;
    } while (next >= 0);
    return list;
}

/* The sums of channels that are no multiple of four, over the same list. */
static void te_spread_rest(const te_dsp_spread *t, const int8_t *dy, const int8_t *w, int32_t first, int32_t in_c,
                           int32_t *sums)
{
    for (int32_t c = first; c < in_c; c++) {
        const int32_t *list = t->list;
        int32_t mark = 0;
        for (int32_t *to = sums + c; (mark & TE_SPREAD_END) == 0; to += in_c) {
            *to = 0;
            do {
                for (int32_t bytes = *list++; bytes > 0; bytes -= 8, list += 2) {
                    *to += dy[list[0] + c] * w[c * t->kernel + list[1]];
                }
                mark = *list++;
                *to = (int32_t)((uint32_t)*to << (mark & 31));
            } while (mark >= 0);
        }
    }
}

/* The sums of a block; 0 if some terms are rounded one by one. */
static int32_t te_spread_block(const te_block_conv2d *s, int32_t ring, const int8_t *dy, const int8_t *w, int32_t n,
                               int32_t ih, te_span made, int32_t top, int32_t *row)
{
    const int32_t kernel = s->kernel_h * s->kernel_w, together = (TE_SPREAD_TAPS - 1 + kernel) / kernel;
    te_spread_tap *const taps = (te_spread_tap *)(row + s->in_pixels * s->in_c);
    int32_t *const lists = (int32_t *)(taps + kernel);
    te_dsp_spread t;
    t.kernel = kernel;
    t.list = lists;
    t.pixel = 4 * s->in_c;
    t.dy = dy;
    t.dy_end = dy + (s->in_c & ~3);
    t.w = w;
    for (int32_t iw = made.first; iw < made.end;) {
        int32_t *list = lists;
        t.sums = row + (iw - made.first) * s->in_c;
        for (const int32_t end = made.end - iw < together ? made.end : iw + together; iw < end; iw++) {
            const int32_t count = te_spread_taps(s, ring, dy, n, ih, iw, top, taps);
            if (count < 0) {
                return 0;
            }
            list = te_spread_list(taps, count, list);
        }
        list[-1] |= TE_SPREAD_END;
        te_dsp_spread_sums(&t);
        te_spread_rest(&t, dy, w, s->in_c & ~3, s->in_c, t.sums);
    }
    return 1;
}

void te_depthwise_dx_b8_i8_dsp_rows(const te_block_conv2d *s, const te_row_range *r, const int8_t *dy, const int8_t *w,
                                    const int16_t *factor, int8_t *dx, int32_t *row)
{
    const int32_t in_block = s->in_pixels * s->in_c, out_block = s->out_pixels * s->out_c;
    const int32_t blocks = s->in_w / s->in_pixels, out_row = te_block_at(s->out_w / s->out_pixels, out_block);
    for (int32_t dx_row = r->first; dx_row < r->end; dx_row++) {
        const int32_t n = dx_row / s->in_h, ih = dx_row - n * s->in_h;
        int8_t *to = &dx[te_block_at(dx_row % r->y_ring * blocks, in_block)];
        for (int32_t b = 0; b < blocks; b++, to += te_block_at(1, in_block)) {
            const te_span made = {b * s->in_pixels, (b + 1) * s->in_pixels};
            const te_span reached = te_reaching(made, s->pad_left, s->dilation_w, s->kernel_w, s->stride_w, s->out_w);
            const te_span reached_blocks = te_blocks_of(reached, s->out_pixels);
            int32_t top = TE_EXPONENT_MIN;
            for (int32_t kh = 0; kh < s->kernel_h; kh++) {
                const int32_t from =
                    te_spread_row(n, ih, kh, s->out_h, s->stride_h, s->pad_top, s->dilation_h, r->x_ring);
                top = from < 0 ? top : te_block_top(top, &dy[from * out_row], reached_blocks, out_block);
            }
            if (te_spread_block(s, r->x_ring, dy, w, n, ih, made, top, row) != 0) {
                te_dsp_block_store(row, in_block, s->in_c, factor, 0, top - s->guard + s->exponent, to);
            } else {
                te_dsp_dx_block(s, r->x_ring, dy, w, NULL, NULL, factor, dx_row, made, to, row);
            }
        }
    }
}

void te_depthwise_dx_b8_i8_dsp(const te_block_conv2d *s, const int8_t *dy, const int8_t *w, const int16_t *factor,
                               int8_t *dx, int32_t *row)
{
    const te_row_range all = te_block_conv2d_dx_whole(s);
    te_depthwise_dx_b8_i8_dsp_rows(s, &all, dy, w, factor, dx, row);
}
