/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums of real gradients times weights in codes. Weights of eight output channels become floats in scratch, where many pixels meet them. */
#ifndef TE_DSP_WIDENED_H
#define TE_DSP_WIDENED_H

#include "te_dsp.h"

enum {
    TE_WIDENED = 8,      /* output channels */
    TE_WIDE_TILE = 12,   /* input channels whose sums stay in registers */
    TE_WIDENED_PART = 96 /* input channels at a time, some tiles: what scratch holds */
};

/* The order is that in which registers are loaded. Steps and lengths are in bytes. */
typedef struct te_dsp_widened_run {
    const float *w; /* of each tile the eight output channels, then of each four, then of each one */
    float *y;       /* the input channels of the first pixel; y_step leads from their end to those of the next one */
    const float *g; /* eight output channels of the first pixel */
    int32_t pixels, y_step, g_step, length;
    float scale[TE_WIDENED]; /* of their weights */
} te_dsp_widened_run;

/* y += (g[0] * scale[0]) * w[0] + (g[1] * scale[1]) * w[1] + .., element by element and in this order. */
void te_dsp_widened(const te_dsp_widened_run *run);

/* Codes as floats, a tile after `step` bytes from the one before. */
void te_dsp_floats(const int8_t *codes, float *to, int32_t tiles, int32_t step);

/* Where the weight of input channel c of `count` and of output channel j lies. */
static inline int32_t te_widened_at(int32_t count, int32_t c, int32_t j)
{
    const int32_t tiles = count / TE_WIDE_TILE * TE_WIDE_TILE, fours = tiles + (count - tiles) / 4 * 4;
    return c < tiles   ? c / TE_WIDE_TILE * (TE_WIDE_TILE * TE_WIDENED) + j * TE_WIDE_TILE + c % TE_WIDE_TILE
           : c < fours ? tiles * TE_WIDENED + (c - tiles) / 4 * (4 * TE_WIDENED) + j * 4 + (c - tiles) % 4
                       : c * TE_WIDENED + j;
}

#endif
