/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums of products of eight neighbouring channels over the windows of a depthwise convolution of fp32. */
#ifndef TE_DSP_LANES_H
#define TE_DSP_LANES_H

#include "te_dsp.h"
#include "te_math.h"
#include "te_shapes.h"

enum { TE_DSP_LANES = 8, TE_DSP_LANES_ROWS = 16 };

/* The order is that in which registers are loaded. Jumps, steps and lengths are in bytes. */
typedef struct te_dsp_lanes_run {
    const int32_t *jumps; /* from the end of each row of the window to the next one */
    int32_t w_jump;
    int32_t taps;   /* of a row */
    int32_t x_step; /* from behind the eight channels of a tap to those of the next one */
    const float *x; /* of the first eight channels */
    int32_t w_step; /* between weights of eight channels */
    const float *w; /* first sums of eight channels, then their weights, tap by tap */
    float *y;
    int32_t first;  /* from the first sums to the first tap */
    int32_t eights; /* channels */
    int32_t rows;
    float min, max;
    int32_t has_min, has_max; /* 0 where the end is infinite, so that nothing lies beyond it */
} te_dsp_lanes_run;

void te_dsp_lanes(const te_dsp_lanes_run *run);

#endif
