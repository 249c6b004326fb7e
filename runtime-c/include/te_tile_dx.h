/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a convolution of one group to its input, four pixels at a time: the mantissas that reach them by a tap are
 * widened side by side, and the weights of the tap are read across. Narrow blocks are made some at a time, so that few places of
 * a four stay empty. */
#ifndef TE_TILE_DX_H
#define TE_TILE_DX_H

#include "te_inline_body.h"
#include "te_tile_gradient.h"
#include "te_tile_turned.h"

/* Pixels of blocks made together, at least; the blocks that have them, at most; mantissas of a piece. kernels.def knows these numbers. */
enum { TE_TILE_TOGETHER = 8, TE_TILE_MANTISSAS = 64 };

/* Where a pixel of dx lies; its block's place in the group. */
typedef struct te_tile_pixel {
    int32_t n, ih, iw, block;
    uint32_t norm;
} te_tile_pixel;

typedef struct te_tile_dx {
    const te_block_conv2d *s;
    const te_row_range *r;
    const te_mantissa_t *dy;
    const int8_t *w;
    int32_t out_block, out_row;    /* mantissas of a block of dy and what a row takes */
    int32_t low[TE_TILE_TOGETHER]; /* the exponents at which blocks are summed */
    uint32_t failed;               /* a bit for each block that the definition must make */
    te_tile_pixel pixels[TE_TILE];
    const te_mantissa_t *row[TE_TILE]; /* of dy, that reaches a pixel by the kernel row; or NULL */
} te_tile_dx;

/* The exponents of the blocks of dy that reach columns `made` of a row of dx. */
TE_APART te_tile_exponents te_tile_reaching(const te_tile_dx *d, int32_t dx_row, te_span made)
{
    const te_block_conv2d *const s = d->s;
    const int32_t n = dx_row / s->in_h, ih = dx_row - n * s->in_h;
    const te_span reached = te_reaching(made, s->pad_left, s->dilation_w, s->kernel_w, s->stride_w, s->out_w);
    const te_span blocks = te_blocks_of(reached, s->out_pixels);
    te_tile_exponents exponents = te_tile_no_exponents();
    for (int32_t kh = 0; kh < s->kernel_h; kh++) {
        const int32_t from = te_spread_row(n, ih, kh, s->out_h, s->stride_h, s->pad_top, s->dilation_h, d->r->x_ring);
        for (int32_t b = blocks.first; from >= 0 && b < blocks.end; b++) {
            te_tile_exponent(&exponents, d->dy[from * d->out_row + te_block_at(b, d->out_block)]);
        }
    }
    return exponents;
}

/* Widens mantissas of one place to words four apart; returns what their magnitudes add up to where that matters. */
TE_APART uint32_t te_tile_lift(const te_mantissa_t *from, int32_t count, int32_t down, int32_t *to)
{
    uint32_t norm = 0;
    for (int32_t i = 0; down > 0 && i < count; i++) {
        to[i * TE_TILE] = (int32_t)te_block_align(from[i], down);
        norm += TE_MANTISSA_MAX;
    }
    for (int32_t i = 0; down <= 0 && i < count; i++, to += TE_TILE) {
        const int32_t v = from[i] * (1 << -down);
        *to = v;
        norm += (uint32_t)(v < 0 ? -v : v);
    }
    return TE_BLOCK_BITS == 8 ? 0 : norm;
}

/* Adds one tap. */
TE_APART void te_tile_dx_tap(te_tile_dx *d, int32_t kh, int32_t kw, int32_t *words, int32_t *sums)
{
    const te_block_conv2d *const s = d->s;
    const te_mantissa_t *from[TE_TILE];
    int32_t down[TE_TILE], any = 0;
    for (int32_t p = 0; p < TE_TILE; p++) {
        const te_tile_pixel *const pixel = &d->pixels[p];
        const int32_t ow = d->row[p] == NULL ? -1
                                             : te_spread_row(0, pixel->iw, kw, s->out_w, s->stride_w, s->pad_left,
                                                             s->dilation_w, s->out_w);
        from[p] = NULL;
        if (ow >= 0) {
            const int32_t b = ow / s->out_pixels;
            const te_mantissa_t *const block = d->row[p] + te_block_at(b, d->out_block);
            from[p] = &block[1 + (ow - b * s->out_pixels) * s->out_c];
            down[p] = d->low[pixel->block] - block[0];
            any = 1;
        }
    }
    const int32_t taps = s->kernel_h * s->kernel_w;
    for (int32_t oc = 0; any != 0 && oc < s->out_c; oc += TE_TILE_MANTISSAS) {
        const int32_t count = s->out_c - oc < TE_TILE_MANTISSAS ? s->out_c - oc : TE_TILE_MANTISSAS;
        te_tile_turned_run run = {
            words,  words + count * TE_TILE, &d->w[(oc * taps + kh * s->kernel_w + kw) * s->in_c], taps * s->in_c, sums,
            s->in_c};
        for (int32_t p = 0; p < TE_TILE; p++) {
            te_tile_pixel *const pixel = &d->pixels[p];
            uint32_t norm = TE_TILE_NORM_MAX;
            if (from[p] != NULL && (d->failed >> pixel->block & 1u) == 0) {
                norm = pixel->norm + te_tile_lift(from[p] + oc, count, down[p], words + p);
            }
            if (norm < TE_TILE_NORM_MAX) {
                pixel->norm = norm;
                continue;
            }
            d->failed |= from[p] == NULL ? 0u : 1u << pixel->block;
            for (int32_t i = p; i < count * TE_TILE; i += TE_TILE) {
                words[i] = 0;
            }
        }
        te_tile_turned(&run);
    }
}

/* The sums of four pixels from one of the group on; sums must be 0. */
TE_APART void te_tile_dx_four(te_tile_dx *d, int32_t group, int32_t first, int32_t pixels, int32_t *words,
                              int32_t *sums)
{
    const te_block_conv2d *const s = d->s;
    const int32_t blocks = s->in_w / s->in_pixels;
    for (int32_t p = 0; p < TE_TILE; p++) {
        te_tile_pixel *const pixel = &d->pixels[p];
        pixel->block = (first + p) / s->in_pixels;
        const int32_t block = group + pixel->block, row = block / blocks;
        pixel->n = first + p < pixels ? row / s->in_h : -1;
        pixel->ih = row - pixel->n * s->in_h;
        pixel->iw = (block - row * blocks) * s->in_pixels + (first + p) % s->in_pixels;
        pixel->norm = 0;
    }
    for (int32_t kh = 0; kh < s->kernel_h; kh++) {
        int32_t any = 0;
        for (int32_t p = 0; p < TE_TILE; p++) {
            const te_tile_pixel *const pixel = &d->pixels[p];
            const int32_t row = pixel->n < 0 ? -1
                                             : te_spread_row(pixel->n, pixel->ih, kh, s->out_h, s->stride_h, s->pad_top,
                                                             s->dilation_h, d->r->x_ring);
            d->row[p] = row < 0 ? NULL : &d->dy[row * d->out_row];
            any |= row >= 0;
        }
        for (int32_t kw = 0; any != 0 && kw < s->kernel_w; kw++) {
            te_tile_dx_tap(d, kh, kw, words, sums);
        }
    }
}

TE_INLINE_BODY void te_tile_dx_rows(const te_block_conv2d *s, const te_row_range *r, const te_mantissa_t *dy,
                                    const int8_t *w, const int16_t *factor, te_mantissa_t *dx, te_wide *scratch)
{
    const int32_t blocks = s->in_w / s->in_pixels, in_block = te_block_at(1, s->in_pixels * s->in_c);
    const int32_t together = (TE_TILE_TOGETHER - 1 + s->in_pixels) / s->in_pixels, end = r->end * blocks;
    const int32_t four = TE_TILE * s->in_c;
    int32_t *const sums = (int32_t *)(void *)scratch;
    int32_t *const words = sums + (together * s->in_pixels + TE_TILE - 1) / TE_TILE * four;
    te_tile_dx d;
    d.s = s;
    d.r = r;
    d.dy = dy;
    d.w = w;
    d.out_block = s->out_pixels * s->out_c;
    d.out_row = te_block_at(s->out_w / s->out_pixels, d.out_block);
    for (int32_t group = r->first * blocks; group < end; group += together) {
        const int32_t some = end - group < together ? end - group : together, pixels = some * s->in_pixels;
        d.failed = 0;
        for (int32_t b = 0; b < some; b++) {
            const int32_t row = (group + b) / blocks, first = (group + b - row * blocks) * s->in_pixels;
            const te_span made = {first, first + s->in_pixels};
            const te_tile_exponents exponents = te_tile_reaching(&d, row, made);
            d.low[b] = te_tile_low(&exponents, s->guard);
            d.failed |= TE_BLOCK_BITS == 16 && exponents.top - d.low[b] > TE_TILE_SHORT_LIFT ? 1u << b : 0u;
        }
        for (int32_t i = 0; i < (pixels + TE_TILE - 1) / TE_TILE * four; i++) {
            sums[i] = 0;
        }
        for (int32_t p = 0; p < pixels; p += TE_TILE) {
            te_tile_dx_four(&d, group, p, pixels, words, &sums[p * s->in_c]);
        }
        for (int32_t b = 0, spoiled = 0; b < some; b++) {
            const int32_t row = (group + b) / blocks, at = row % r->y_ring * blocks + group + b - row * blocks;
            te_mantissa_t *const to = &dx[at * in_block];
            spoiled |= (int32_t)(d.failed >> b & 1u);
            if (spoiled == 0) { /* the definition needs the scratch */
                spoiled = 1
                          - te_tile_store(sums, b * s->in_pixels, s->in_pixels, s->in_c, TE_TILE, factor,
                                          d.low[b] + s->exponent, to);
            }
            if (spoiled != 0) {
                te_tile_dx_block(s, r, dy, w, factor, group + b, to, scratch);
            }
        }
    }
}

#endif
