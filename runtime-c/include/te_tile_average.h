/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of an average to its input with sums in words. */
#ifndef TE_TILE_AVERAGE_H
#define TE_TILE_AVERAGE_H

#include "te_block_rows.h"
#include "te_tile_gradient.h"

/* Adds the shares of a tap. */
TE_APART void te_tile_share(const te_mantissa_t *dy, int32_t channels, int32_t down, int32_t share, int32_t *to)
{
    const te_mantissa_t *const end = dy + channels;
    for (const int32_t lifted = down <= 0 ? share * (1 << -down) : share; dy != end; dy++) {
        *to++ += (down <= 0 ? *dy : (int32_t)te_block_align(*dy, down)) * lifted;
    }
}

/* A block of dx as te_block_average_pool2d_dx_block makes it; 0 if its sums need more than words. */
TE_APART int32_t te_tile_average_block(const te_block_pool2d *s, int32_t ring, const te_mantissa_t *dy,
                                       const int16_t *factor, int32_t dx_row, te_span made, te_mantissa_t *dx,
                                       int32_t *sums)
{
    const int32_t n = dx_row / s->in_h, ih = dx_row - n * s->in_h, out_block = s->out_pixels * s->channels;
    const int32_t out_row = te_block_at(s->out_w / s->out_pixels, out_block), in_block = s->in_pixels * s->channels;
    const te_span reached = te_reaching(made, s->pad_left, s->dilation_w, s->kernel_w, s->stride_w, s->out_w);
    const te_span blocks = te_blocks_of(reached, s->out_pixels);
    te_tile_exponents exponents = te_tile_no_exponents();
    for (int32_t kh = 0; kh < s->kernel_h; kh++) {
        const int32_t from = te_spread_row(n, ih, kh, s->out_h, s->stride_h, s->pad_top, s->dilation_h, ring);
        for (int32_t b = blocks.first; from >= 0 && b < blocks.end; b++) {
            te_tile_exponent(&exponents, dy[from * out_row + te_block_at(b, out_block)]);
        }
    }
    const int32_t low = te_tile_low(&exponents, s->guard);
    /* what the shares of a pixel may add up to, mantissas of 16 bits times these being below 2^31 */
    int32_t room = 1 << 16;
    for (int32_t i = 0; i < in_block; i++) {
        sums[i] = 0;
    }
    for (int32_t kh = 0; kh < s->kernel_h; kh++) {
        const int32_t from = te_spread_row(n, ih, kh, s->out_h, s->stride_h, s->pad_top, s->dilation_h, ring);
        const te_span rows = te_window(ih - kh * s->dilation_h, s->dilation_h, s->kernel_h, s->in_h);
        for (int32_t ow = reached.first; from >= 0 && ow < reached.end; ow++) {
            const int32_t left = ow * s->stride_w - s->pad_left;
            const te_span columns = te_window(left, s->dilation_w, s->kernel_w, s->in_w);
            const te_span inside = te_window_within(left, s->dilation_w, s->kernel_w, made);
            const int32_t taps = s->count_include_pad != 0 ? s->kernel_h * s->kernel_w
                                                           : (rows.end - rows.first) * (columns.end - columns.first);
            if (inside.first >= inside.end) {
                continue;
            }
            const int32_t share = (((int32_t)1 << s->reciprocal) + taps / 2) / taps, b = ow / s->out_pixels;
            const te_mantissa_t *const block = &dy[from * out_row + te_block_at(b, out_block)];
            const int32_t lift = block[0] > low ? block[0] - low : 0;
            if (TE_BLOCK_BITS == 16 && (lift > TE_TILE_LIFT || share > room >> lift)) {
                return 0;
            }
            room -= TE_BLOCK_BITS == 16 ? share << lift : 0;
            for (int32_t kw = inside.first; kw < inside.end; kw++) {
                te_tile_share(&block[1 + (ow - b * s->out_pixels) * s->channels], s->channels, low - block[0], share,
                              &sums[(left + kw * s->dilation_w - made.first) * s->channels]);
            }
        }
    }
    return te_tile_store(sums, 0, s->in_pixels, s->channels, 1, factor, low - s->reciprocal + s->exponent, dx);
}

TE_APART void te_tile_average_seldom(const te_block_pool2d *s, int32_t ring, const te_mantissa_t *dy,
                                     const int16_t *factor, int32_t dx_row, te_span made, te_mantissa_t *dx,
                                     te_wide *row)
{
    const int32_t n = dx_row / s->in_h;
    te_block_average_pool2d_dx_block(s, ring, dy, factor, n, dx_row - n * s->in_h, made, dx, row);
}

TE_INLINE_BODY void te_tile_average_pool2d_dx_rows(const te_block_pool2d *s, const te_row_range *r,
                                                   const te_mantissa_t *dy, const int16_t *factor, te_mantissa_t *dx,
                                                   te_wide *row)
{
    const int32_t blocks = s->in_w / s->in_pixels;
    for (int32_t dx_row = r->first; dx_row < r->end; dx_row++) {
        for (int32_t b = 0; b < blocks; b++) {
            const te_span made = {b * s->in_pixels, (b + 1) * s->in_pixels};
            te_mantissa_t *const to = &dx[te_block_at(dx_row % r->y_ring * blocks + b, s->in_pixels * s->channels)];
            if (te_tile_average_block(s, r->x_ring, dy, factor, dx_row, made, to, (int32_t *)(void *)row) == 0) {
                te_tile_average_seldom(s, r->x_ring, dy, factor, dx_row, made, to, row);
            }
        }
    }
}

#endif
