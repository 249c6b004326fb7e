/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Steps of int8 weights from sums in words, by few operations in fp32: the largest delta of a group is that of its largest sum, since
 * rounding keeps the order, and beside it only candidates need theirs (te_step_group.h). */
#ifndef TE_TILE_STEP_H
#define TE_TILE_STEP_H

#include <stdint.h>

/* A row of weights whose gradients are sum * unit, and delta minus_step times that. */
typedef struct te_tile_step {
    int8_t *w;
    const int32_t *sums; /* `apart` words from one to the next */
    int32_t apart, count;
    float unit, minus_step;
    uint32_t key, at; /* of the tensor; index of the first weight in it */
} te_tile_step;

/* By the stochastic rule alone. */
void te_tile_step_row(const te_tile_step *t);

#endif
