/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* 1x1 convolution of codes, stride 1, from packed weights: y = clamp(round(sum * multiplier[oc]) + y_zero), the zero point of x in the
 * first sums of the stream. The clamp is that of int8. A block of four pixels is read before its results are written. */
#ifndef TE_DSP_POINTWISE_H
#define TE_DSP_POINTWISE_H

#include "te_dsp_results.h"
#include "te_dsp_rows.h"
#include "te_dsp_widen.h"
#include "te_kernels.h"

/* The last codes of pixels whose channels are no multiple of four; what follows them in memory is not read. */
__attribute__((noinline)) static void te_widen_rest(const int8_t *const *pixels, int32_t at, int32_t count,
                                                    uint32_t *to)
{
    int8_t codes[16] = {0};
    const int8_t *from[4];
    for (int32_t p = 0; p < 4; p++) {
        memcpy(&codes[4 * p], pixels[p] + at, (size_t)count);
        from[p] = &codes[4 * p];
    }
    (void)te_dsp_widen(from, to, 1);
}

/* count pixels, one behind the other. */
static inline void te_dsp_pixels(te_dsp_pairs_of *pairs, te_dsp_block *block, const te_conv2d *s, int32_t count,
                                 int32_t per_pair, const int8_t *x, const uint32_t *w, int8_t *y, uint32_t *scratch)
{
    const int32_t in_c = s->in_c, out_c = s->out_c;
    if (in_c % 4 == 0 && out_c % 2 == 0 && count >= 4) {
        block->y = y;
        block->step = out_c;
        block->w = w;
        block->w_end = w + out_c / 2 * per_pair;
        block->from = x;
        block->in_c = in_c;
        block->fours = in_c / 4;
        block->blocks = count / 4;
        block->skip = 3 * out_c;
        pairs(block);
        x += count / 4 * 4 * in_c;
        y += count / 4 * 4 * out_c;
        count %= 4;
    }
    for (; count > 0; count -= 4, x += 4 * in_c, y += 4 * out_c) {
        const int32_t last = (count < 4 ? count : 4) - 1;
        const int8_t *const pixels[4] = {x, x + (last < 1 ? last : 1) * in_c, x + (last < 2 ? last : 2) * in_c,
                                         x + last * in_c};
        uint32_t *const to = te_dsp_widen(pixels, scratch, in_c / 4);
        if (in_c % 4 != 0) {
            te_widen_rest(pixels, in_c & ~3, in_c % 4, to);
        }
        te_dsp_results(pairs, block, per_pair, out_c, last + 1, w, y);
    }
}

static inline void te_dsp_pointwise(te_dsp_pairs_of *pairs, const te_conv2d *s, const te_row_range *r, const int8_t *x,
                                    const uint32_t *w, int8_t *y, uint32_t *scratch)
{
    const int32_t words = (s->in_c + 3) / 4 * 2;
    te_dsp_block block;
    te_dsp_block_layer(&block, s->y_zero, words, scratch);
    te_dsp_rows part;
    for (int32_t row = r->first; te_dsp_part(s, r, row, &part) != 0; row += part.count) {
        const int32_t slot = te_dsp_ring_row(&part, part.first);
        part.count = part.count < part.ring - slot ? part.count : part.ring - slot;
        te_dsp_pixels(pairs, &block, s, part.count * s->in_w, TE_DSP_HEADER + words, x + slot * s->in_w * s->in_c, w,
                      y + part.y_row * s->out_w * s->out_c, scratch);
    }
}

#endif
