/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The loop over two output channels and four pixels at a time, in several forms. */
#ifndef TE_DSP_BLOCK_H
#define TE_DSP_BLOCK_H

#include "te_dsp.h"

/* Words of a stream in front of the weights of two channels; how far the loop reads behind the last word; words of a group; the shift
 * that says "in fp32". */
enum { TE_DSP_HEADER = 5, TE_DSP_BEHIND = 21, TE_DSP_GROUP = 16, TE_DSP_REAL = 32 };

/* Results of four pixels and an even number of channels, blocks times. Assembly knows the order of the members. */
typedef struct te_dsp_block {
    int32_t rounding;      /* 2 * zero + 1 */
    int8_t *y;             /* the first pixel */
    int32_t step;          /* from pixel to pixel */
    const uint32_t *x;     /* words of pairs: 0 and 2 of four pixels, 1 and 3 of four pixels, .. */
    const uint32_t *w_end; /* behind the last channel's words */
    const uint32_t *w;
    int32_t advance; /* bytes of a header and the words of the first group */
    int32_t zero;    /* zero point of y */
    const uint32_t *x_end;
    int32_t entry;      /* bytes of code of the words of the first group but one */
    const int8_t *from; /* pixels, to be widened to x; NULL if they stand there */
    int32_t in_c, fours, blocks;
    int32_t skip; /* bytes from behind a block's channels of its first pixel to the next block */
} te_dsp_block;

typedef void te_dsp_pairs_of(te_dsp_block *block);

/* Fills what depends on the layer alone; x is the scratch. */
static inline void te_dsp_block_layer(te_dsp_block *block, int32_t zero, int32_t words, const uint32_t *x)
{
    const int32_t first = words - (words - 2) / TE_DSP_GROUP * TE_DSP_GROUP; /* 2 .. 17 */
    block->rounding = 2 * zero + 1;
    block->zero = zero;
    block->x = x;
    block->x_end = x + 4 * words;
    block->advance = 4 * (TE_DSP_HEADER + first);
    block->entry = 42 * (first - 1);
}

#endif
