/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Products of widened inputs. */
#ifndef TE_TILE_DOTS_H
#define TE_TILE_DOTS_H

#include "te_tile.h"

/* The assembly knows the order. */
typedef struct te_tile_dots_run {
    const int32_t *x; /* widened inputs */
    int32_t count;    /* of them */
    const int8_t *w;  /* the weights of the first channel */
    int32_t w_step;   /* from channel to channel */
    int32_t *sums;    /* [channels][TE_TILE] */
    int32_t channels;
} te_tile_dots_run;

/* Adds the products of a piece to the sums of some channels, at least one. The run is used up. */
void te_tile_dots(te_tile_dots_run *run);

#endif
