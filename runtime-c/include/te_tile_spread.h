/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a depthwise convolution to its input: each pixel of the gradient is spread over those that its window met, all
 * channels of a tap in one loop. */
#ifndef TE_TILE_SPREAD_H
#define TE_TILE_SPREAD_H

#include "te_inline_body.h"
#include "te_tile_gradient.h"

/* Products of mantissas of 16 bits and codes that add up below 2^30. */
enum { TE_TILE_SPREAD = 256 };

/* Adds the products of a tap, `taps` codes from channel to channel. */
TE_APART void te_tile_spread_tap(const te_mantissa_t *dy, int32_t channels, int32_t down, const int8_t *w, int32_t taps,
                                 int32_t *to)
{
    const te_mantissa_t *const end = dy + channels;
    if (down > 0) {
        for (; dy != end; w += taps) {
            *to++ += (int32_t)te_block_align(*dy++, down) * *w;
        }
        return;
    }
    for (const int32_t up = -down; dy != end; w += taps) {
        *to++ += *dy++ * *w * (1 << up);
    }
}

/* The sums of the block of dx with columns `made`; 0 if they need more than words. */
TE_APART int32_t te_tile_spread_block(const te_block_conv2d *s, const te_row_range *r, const te_mantissa_t *dy,
                                      const int8_t *w, int32_t dx_row, te_span made, int32_t *low, int32_t *sums)
{
    const int32_t taps = s->kernel_h * s->kernel_w, out_block = s->out_pixels * s->out_c;
    const int32_t out_row = te_block_at(s->out_w / s->out_pixels, out_block);
    const int32_t n = dx_row / s->in_h, ih = dx_row - n * s->in_h;
    const te_span reached = te_reaching(made, s->pad_left, s->dilation_w, s->kernel_w, s->stride_w, s->out_w);
    const te_span blocks = te_blocks_of(reached, s->out_pixels);
    te_tile_exponents exponents = te_tile_no_exponents();
    for (int32_t kh = 0; kh < s->kernel_h; kh++) {
        const int32_t from = te_spread_row(n, ih, kh, s->out_h, s->stride_h, s->pad_top, s->dilation_h, r->x_ring);
        for (int32_t b = blocks.first; from >= 0 && b < blocks.end; b++) {
            te_tile_exponent(&exponents, dy[from * out_row + te_block_at(b, out_block)]);
        }
    }
    *low = te_tile_low(&exponents, s->guard);
    const int32_t lift = exponents.top - *low;
    if (TE_BLOCK_BITS == 16 && (lift > TE_TILE_SHORT_LIFT || taps << lift > TE_TILE_SPREAD)) {
        return 0;
    }
    for (int32_t i = 0; i < s->in_pixels * s->in_c; i++) {
        sums[i] = 0;
    }
    for (int32_t kh = 0; kh < s->kernel_h; kh++) {
        const int32_t from = te_spread_row(n, ih, kh, s->out_h, s->stride_h, s->pad_top, s->dilation_h, r->x_ring);
        for (int32_t b = blocks.first; from >= 0 && b < blocks.end; b++) {
            const te_mantissa_t *const block = &dy[from * out_row + te_block_at(b, out_block)];
            const te_span pixels = te_pixels_of(reached, b, s->out_pixels);
            for (int32_t ow = pixels.first; ow < pixels.end; ow++) {
                const int32_t left = ow * s->stride_w - s->pad_left - made.first;
                const te_span columns = te_window(left, s->dilation_w, s->kernel_w, s->in_pixels);
                for (int32_t kw = columns.first; kw < columns.end; kw++) {
                    te_tile_spread_tap(&block[1 + (ow - b * s->out_pixels) * s->out_c], s->out_c, *low - block[0],
                                       &w[kh * s->kernel_w + kw], taps, &sums[(left + kw * s->dilation_w) * s->in_c]);
                }
            }
        }
    }
    return 1;
}

TE_INLINE_BODY void te_tile_spread_rows(const te_block_conv2d *s, const te_row_range *r, const te_mantissa_t *dy,
                                        const int8_t *w, const int16_t *factor, te_mantissa_t *dx, te_wide *scratch)
{
    const int32_t blocks = s->in_w / s->in_pixels, in_block = te_block_at(1, s->in_pixels * s->in_c);
    int32_t *const sums = (int32_t *)(void *)scratch;
    for (int32_t dx_row = r->first; dx_row < r->end; dx_row++) {
        te_mantissa_t *to = &dx[dx_row % r->y_ring * blocks * in_block];
        for (int32_t b = 0; b < blocks; b++, to += in_block) {
            const te_span made = {b * s->in_pixels, (b + 1) * s->in_pixels};
            int32_t low;
            if (te_tile_spread_block(s, r, dy, w, dx_row, made, &low, sums) == 0
                || te_tile_store(sums, 0, s->in_pixels, s->in_c, 1, factor, low + s->exponent, to) == 0) {
                te_tile_dx_block(s, r, dy, w, factor, dx_row * blocks + b, to, scratch);
            }
        }
    }
}

#endif
