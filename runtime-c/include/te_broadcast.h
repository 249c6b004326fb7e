/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* How two operands of different shapes meet. The result has four dimensions d0 .. d3 (equal neighbours merged, missing ones
 * 1); a step is what one index of a dimension moves in an operand, 0 where the operand is repeated. The innermost dimension
 * is a row. */
#ifndef TE_BROADCAST_H
#define TE_BROADCAST_H

#include "te_shapes.h"

typedef struct te_pair {
    int32_t a, b;   /* indexes of an element in the operands */
    int32_t column; /* and in its row */
} te_pair;

/* The first element of a row. */
static inline te_pair te_pair_row(const te_binary *s, int32_t row)
{
    const int32_t i2 = row % s->d2;
    const int32_t i1 = row / s->d2 % s->d1;
    const int32_t i0 = row / s->d2 / s->d1;
    const te_pair first = {i0 * s->a0 + i1 * s->a1 + i2 * s->a2, i0 * s->b0 + i1 * s->b1 + i2 * s->b2, 0};
    return first;
}

/* A loop over the elements of the result in order: element i is made of elements at.a and at.b of the operands. */
#define TE_EACH_PAIR(s, at, i)                                                                                         \
    for (int32_t i = 0, row = 0; row < (s)->d0 * (s)->d1 * (s)->d2; row++)                                             \
        for (te_pair at = te_pair_row(s, row); at.column < (s)->d3; at.column++, at.a += (s)->a3, at.b += (s)->b3, i++)

#endif
