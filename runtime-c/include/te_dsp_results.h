/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Results of up to four pixels, whose codes stand widened in scratch: blocks, also where they do not fit. */
#ifndef TE_DSP_RESULTS_H
#define TE_DSP_RESULTS_H

#include "te_dsp_block.h"

enum { TE_DSP_EDGE = 16 }; /* channels that an edge makes at a time */

/* Channels first .. out_c-1 of `pixels` pixels by way of a buffer: a last odd channel, or fewer than four pixels. */
__attribute__((noinline)) static void te_dsp_edge(te_dsp_pairs_of *pairs, te_dsp_block *block, int32_t per_pair,
                                                  int32_t first, int32_t out_c, int32_t pixels, const uint32_t *w,
                                                  int8_t *y)
{
    int8_t codes[4 * TE_DSP_EDGE];
    for (int32_t oc = first; oc < out_c; oc += TE_DSP_EDGE) {
        const int32_t some = out_c - oc < TE_DSP_EDGE ? out_c - oc : TE_DSP_EDGE;
        block->y = codes;
        block->step = TE_DSP_EDGE;
        block->w = w + oc / 2 * per_pair;
        block->w_end = block->w + (some + 1) / 2 * per_pair;
        pairs(block);
        for (int32_t p = 0; p < pixels; p++) {
            memcpy(&y[p * out_c + oc], &codes[p * TE_DSP_EDGE], (size_t)some);
        }
    }
}

static inline void te_dsp_results(te_dsp_pairs_of *pairs, te_dsp_block *block, int32_t per_pair, int32_t out_c,
                                  int32_t pixels, const uint32_t *w, int8_t *y)
{
    const int32_t even = pixels == 4 ? out_c & ~1 : 0;
    block->from = NULL;
    block->blocks = 1;
    if (even > 0) {
        block->y = y;
        block->step = out_c;
        block->w = w;
        block->w_end = w + even / 2 * per_pair;
        pairs(block);
    }
    if (even < out_c) {
        te_dsp_edge(pairs, block, per_pair, even, out_c, pixels, w, y);
    }
}

#endif
