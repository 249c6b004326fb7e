/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Four neighbouring channels of a gradient in blocks, whose mantissas are multiplied by the power of two that their block lacks. */
#ifndef TE_DSP_CHANNELS_H
#define TE_DSP_CHANNELS_H

#include "te_dsp.h"

/* Blocks of some pixels, from the first of the four channels at x + 1 on: their sums. */
typedef struct te_dsp_pixel_blocks {
    const int8_t *x;
    const int32_t *power; /* of each block */
    int32_t blocks, pixels, channels;
} te_dsp_pixel_blocks;

void te_dsp_pixel_sums(const te_dsp_pixel_blocks *t, int32_t *four);

/* A pixel: where it lies, and its power of two, less than 2^9 or 0. */
typedef struct te_dsp_pixel {
    int32_t at, power;
} te_dsp_pixel;

/* The mantissas of fours * 4 pixels as int16: pixels 0 and 2 of four channels, 1 and 3 of four channels. Adds them to `total`. */
void te_dsp_pixel_pairs(const te_dsp_pixel *pixel, int32_t fours, const int8_t *x, uint32_t *to, int32_t *total);

#endif
