/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a 1x1 convolution, stride 1, to its input: four pixels at a time, whose sums wait in scratch until their blocks are
 * complete. A sum is that of mantissas as they are, shifted to the exponent of its block. */
#ifndef TE_DSP_POINTWISE_DX_H
#define TE_DSP_POINTWISE_DX_H

#include "te_dsp_gradient.h"
#include "te_dsp_widen.h"

/* A file that has te_turned_channels of its own, which reads pixels as they are, defines it as 1. */
#ifndef TE_TURNED_PLAIN
#define TE_TURNED_PLAIN 0
#endif

#if !TE_TURNED_PLAIN

/* Sums of all channels of an array of weights, which are channels first .. of x. */
static void te_turned_channels(const te_block_conv2d *s, te_dsp_turned *t, const te_turned_pixels *pixels,
                               const int8_t *w, int32_t channels, int32_t *sums)
{
    const int32_t in_c = s->in_c, whole = s->out_c & ~3, even = channels & ~1;
    t->w = w;
    t->stride = channels;
    t->sums = sums;
    t->sums_end = sums + even;
    if (even > 0) {
        te_dsp_turned_sums(t);
    }
    for (int32_t p = 0; p < 4 && (even < channels || whole < s->out_c); p++) {
        const int8_t *const g = pixels->at[p];
        const int32_t lift = t->lift[p] >= TE_DSP_NOTHING ? 0 : 1 << t->lift[p];
        int32_t *const to = sums + p * in_c;
        if (even < channels) {
            int32_t sum = 0;
            for (int32_t oc = 0; oc < whole; oc++) {
                sum += g[oc] * w[oc * channels + even];
            }
            to[even] = sum * lift;
        }
        for (int32_t oc = whole; oc < s->out_c; oc++) {
            for (int32_t c = 0; c < channels; c++) {
                to[c] += g[oc] * lift * w[oc * channels + c];
            }
        }
    }
}
#endif

/* Sums of the pixels of some blocks of dx from pixel `first` of a row on, at the exponents `top` less guard; 0 if some of their terms
 * are rounded one by one. */
static int32_t te_turned_blocks(const te_block_conv2d *s, te_dsp_turned *t, const int8_t *dy, const int8_t *w,
                                const int8_t *part, int32_t first, int32_t count, const int32_t *top, int32_t *row)
{
    const int32_t out_block = s->out_pixels * s->out_c, part_c = part == NULL ? 0 : s->part_c;
    const int8_t *block = &dy[te_block_at(first / s->out_pixels, out_block)];
    int32_t in_block = first % s->out_pixels, of_top = 0;
    for (int32_t i = 0; i < count; i += 4, row += 4 * s->in_c) {
        te_turned_pixels pixels;
        for (int32_t p = 0; p < 4; p++) {
            if (i + p < count) {
                pixels.at[p] = block + 1 + in_block * s->out_c;
                t->lift[p] = te_dsp_lift(block[0], *top, s->guard);
                if (t->lift[p] < 0) {
                    return 0;
                }
                if (++in_block == s->out_pixels) {
                    in_block = 0;
                    block += te_block_at(1, out_block);
                }
                if (++of_top == s->in_pixels) {
                    of_top = 0;
                    top++;
                }
            } else {
                pixels.at[p] = pixels.at[p - 1];
                t->lift[p] = t->lift[p - 1];
            }
        }
#if !TE_TURNED_PLAIN
        (void)te_dsp_widen(pixels.at, (uint32_t *)(uintptr_t)t->x, s->out_c / 4);
#endif
        if (part != NULL) {
            te_turned_channels(s, t, &pixels, part, s->part_c, row);
        }
        te_turned_channels(s, t, &pixels, w, s->in_c - part_c, row + part_c);
    }
    return 1;
}

static void te_dsp_pointwise_dx(const te_block_conv2d *s, const te_row_range *r, const int8_t *dy, const int8_t *w,
                                const int8_t *part, const int16_t *channels, const int16_t *factor, int8_t *dx,
                                int32_t *row)
{
    const int32_t in_block = s->in_pixels * s->in_c, out_block = s->out_pixels * s->out_c;
    const int32_t blocks = s->in_w / s->in_pixels, together = (s->in_pixels + 3) / s->in_pixels;
    te_dsp_turned t;
    t.pixel = 4 * s->in_c;
    t.x = (const uint32_t *)(row + (together * s->in_pixels + 3) / 4 * 4 * s->in_c);
    t.x_end = t.x + s->out_c / 4 * 8;
    for (int32_t dx_row = r->first; dx_row < r->end; dx_row++) {
        const int8_t *const from = &dy[dx_row % r->x_ring * te_block_at(s->out_w / s->out_pixels, out_block)];
        int8_t *to = &dx[te_block_at(dx_row % r->y_ring * blocks, in_block)];
        for (int32_t b = 0; b < blocks; b += together) {
            const int32_t some = blocks - b < together ? blocks - b : together;
            int32_t top[4];
            for (int32_t i = 0; i < some; i++) {
                const te_span made = {(b + i) * s->in_pixels, (b + i + 1) * s->in_pixels};
                top[i] = te_block_top(TE_EXPONENT_MIN, from, te_blocks_of(made, s->out_pixels), out_block);
            }
            const int32_t summed =
                channels == NULL
                && te_turned_blocks(s, &t, from, w, part, b * s->in_pixels, some * s->in_pixels, top, row);
            for (int32_t i = 0; i < some; i++, to += te_block_at(1, in_block)) {
                if (summed != 0) {
                    te_dsp_block_store(row + i * in_block, in_block, s->in_c, factor, 0,
                                       top[i] - s->guard + s->exponent, to);
                } else {
                    const te_span made = {(b + i) * s->in_pixels, (b + i + 1) * s->in_pixels};
                    te_dsp_dx_block(s, r->x_ring, dy, w, part, channels, factor, dx_row, made, to, row);
                }
            }
        }
    }
}

#endif
