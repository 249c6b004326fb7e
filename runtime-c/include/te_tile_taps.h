/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Products of a depthwise convolution. */
#ifndef TE_TILE_TAPS_H
#define TE_TILE_TAPS_H

#include "te_tile.h"

/* Windows of four results, one channel beside the other. The assembly knows the order. */
typedef struct te_tile_taps_run {
    const int8_t *x;      /* of the first channel: [TE_TILE][taps] codes, `tap` from tap to tap */
    int32_t pixel, tap;   /* from window to window, from tap to tap */
    int32_t rest, threes; /* taps: those before the last threes, and these */
    const int8_t *w;      /* [channels][taps] */
    int32_t zero;         /* zero point of x */
    int32_t *sums;        /* [channels][TE_TILE] */
    int32_t channels;
} te_tile_taps_run;

/* Adds the products of a window to the sums of each channel, at least one. The run is used up. */
void te_tile_taps(te_tile_taps_run *run);

#endif
