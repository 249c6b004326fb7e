/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise sums of products along rows. The rows of a window are interleaved, 16 channels at a time: a column of a channel is a word of
 * four rows, or two words of four rows that lie 64 bytes apart. So a gather of words brings the columns of a channel, four of a word or two
 * of two words, and VMLADAV multiplies them with all rows of the weights. The sums of four neighbouring pixels are a vector. */
#ifndef TE_MVE_RUN_H
#define TE_MVE_RUN_H

#include "te_mve.h"

/* Channels at a time, and bytes of a word of a column of all of them. */
enum { TE_MVE_LINE_CHANNELS = 16, TE_MVE_LINE = 64 };

/* First sum and multiplier of a channel. */
typedef struct te_mve_channel {
    int32_t first;
    float multiplier;
} te_mve_channel;

/* Assembly knows the order of the members. */
typedef struct te_mve_run {
#if TE_MVE_CORE
    uint32_t at[4]; /* where the words of the first gather lie; a channel on after each */
#else
    const int8_t *at;
#endif
    const te_mve_channel *channel; /* 16 */
    int8_t *y;                     /* 20: results of the first channel */
    int32_t second;                /* bytes to a second row of results */
    const int8_t *w;               /* 28: a column of zeros, then the columns; of the next channel, .. */
    int32_t channels;              /* 32 */
    int32_t groups, rest;          /* 36: four pixels each; pixels behind them */
    int32_t y_zero, y_step;        /* 44: codes of four pixels */
    int32_t y_min, y_max;          /* 52 */
    int32_t pixel;                 /* 60: codes of a pixel */
} te_mve_run;

typedef void te_mve_run_of(te_mve_run *run);

#endif
