/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Products of words and codes that lie apart: weights read across their rows, or the pixels of a map. */
#ifndef TE_TILE_TURNED_H
#define TE_TILE_TURNED_H

#include "te_tile.h"

/* The assembly knows the order. */
typedef struct te_tile_turned_run {
    const int32_t *x, *x_end; /* words by fours, at least one four */
    const int8_t *w;          /* the codes of the first channel, one for each four; channels lie side by side */
    int32_t step;             /* from code to code */
    int32_t *sums;            /* [channels][TE_TILE] */
    int32_t channels;
} te_tile_turned_run;

/* Adds the products to the sums of some channels, at least one. The run is used up. */
void te_tile_turned(te_tile_turned_run *run);

#endif
