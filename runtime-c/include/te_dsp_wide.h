/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums in memory, for layers whose sums are more than the loop in registers can end: more inputs than scratch holds at once, a clamp other
 * than that of int8, a mask, a bias that trains. */
#ifndef TE_DSP_WIDE_H
#define TE_DSP_WIDE_H

#include "te_dsp.h"

/* Channels whose sums stand in scratch at a time, and fours of inputs that do; with TE_DSP_EDGE_ROWS behind them 4 KB. */
enum { TE_DSP_CHUNK = 64, TE_DSP_PIECE = 86 };

/* Assembly knows the order of the members, that of s16 to s30. */
typedef struct te_dsp_codes {
    const uint32_t *sums;
    const uint32_t *headers, *headers_end;
    const int32_t *bias; /* or NULL: the first sums have it */
    int8_t *y;
    int32_t step;
    uint8_t *mask;     /* or NULL; channels are a multiple of eight then */
    int32_t mask_step; /* from pixel to pixel */
    uint32_t bits;     /* 0x80: no bits yet */
    int32_t zero, rounding;
    uint32_t y_max, y_min; /* twice as int16 */
    uint32_t mask_first,
        mask_codes; /* four times as bytes: the least code whose bit is 1, and how many codes there are */
} te_dsp_codes;

void te_dsp_wide(const te_dsp_codes *codes);

/* The fours of a piece, for as few pieces as there can be. */
static inline int32_t te_dsp_piece(int32_t fours)
{
    const int32_t pieces = (fours + TE_DSP_PIECE - 1) / TE_DSP_PIECE;
    return (fours + pieces - 1) / pieces;
}

#endif
