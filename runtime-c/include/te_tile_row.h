/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Products of a dense layer. */
#ifndef TE_TILE_ROW_H
#define TE_TILE_ROW_H

#include "te_tile.h"

/* One row of inputs and four channels. The assembly knows the order. */
typedef struct te_tile_row_run {
    const int8_t *x, *w[TE_TILE];
    int32_t count, zero; /* inputs, at least one; their zero point */
    int32_t sums[TE_TILE];
} te_tile_row_run;

/* Adds the products of a row. */
void te_tile_row(te_tile_row_run *run);

#endif
