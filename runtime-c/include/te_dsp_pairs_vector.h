/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The functions of a block on cores without the extension: the products of 256*q + p and of p as they come, one word of weights by four
 * pixels at a time. */
#ifndef TE_DSP_PAIRS_VECTOR_H
#define TE_DSP_PAIRS_VECTOR_H

#include "te_dsp_block.h"

/* Sums of p and of 256*q + p of four pixels. */
typedef struct te_pair_sums {
    te_four p, both;
} te_pair_sums;

static inline void te_pair_word(te_pair_sums *sums, const uint32_t *x, uint32_t word)
{
    const te_four four = te_four_load(x), w = te_four_all(word);
    sums->both = te_four_add(sums->both, te_four_products(four, w));
    sums->p = te_four_add(sums->p, te_four_products(four, te_four_even(w)));
}

/* A group of words, the last one first. */
static inline void te_pair_group(te_pair_sums *sums, const uint32_t *x, const uint32_t *w, int32_t words)
{
    for (int32_t i = 0; i < words; i++) {
        te_pair_word(sums, x + 4 * i, w[words - 1 - i]);
    }
}

static inline void te_pair_words(te_pair_sums *sums, const uint32_t *x, const uint32_t *w, int32_t first, int32_t words)
{
    te_pair_group(sums, x, w, first);
    for (int32_t i = first; i < words; i += TE_DSP_GROUP) {
        te_pair_group(sums, x + 4 * i, w + i, TE_DSP_GROUP);
    }
}

static inline void te_pairs_block(const te_dsp_block *block, int8_t *y, int32_t words)
{
    const int32_t first = block->advance / 4 - TE_DSP_HEADER;
    for (const uint32_t *w = block->w; w != block->w_end; w += TE_DSP_HEADER + words, y += 2) {
        te_pair_sums sums = {te_four_all(w[1]), te_four_all(w[2])};
        te_pair_word(&sums, block->x, w[TE_DSP_HEADER]);
        te_pair_words(&sums, block->x + 4, w + TE_DSP_HEADER + 1, first - 1, words - 1);
        const te_four q = te_four_sub(sums.both, sums.p);
        const uint32_t constant = w[0] == TE_DSP_REAL ? 0 : (uint32_t)block->rounding << w[0];
        const int32_t shift = (int32_t)w[0] + 1;
        const te_four codes = te_four_halves(te_four_scaled(sums.p, constant, w[3], shift, block->zero),
                                             te_four_scaled(q, constant << 8, w[4], shift + 8, block->zero));
        const uint64_t bytes = te_halves_bytes(codes);
        for (int32_t i = 0; i < 4; i++) {
            y[i * block->step] = (int8_t)(bytes >> 8 * i);
            y[i * block->step + 1] = (int8_t)(bytes >> (8 * i + 32));
        }
    }
}

static inline void te_pairs_blocks(te_dsp_block *block, int32_t words)
{
    const int32_t in_c = block->in_c, channels = (int32_t)((block->w_end - block->w) / (TE_DSP_HEADER + words)) * 2;
    const int8_t *from = block->from;
    int8_t *y = block->y;
    for (int32_t n = 0; n < block->blocks; n++, y += channels + block->skip) {
        if (from != NULL) {
            uint32_t *to = (uint32_t *)(uintptr_t)block->x;
            for (int32_t i = 0; i < block->fours; i++, from += 4) {
                to = te_four_widen(te_four_of(from, from + in_c, from + 2 * in_c, from + 3 * in_c), to);
            }
            from += 4 * in_c - 4 * block->fours;
        }
        te_pairs_block(block, y, words);
    }
}

#endif
