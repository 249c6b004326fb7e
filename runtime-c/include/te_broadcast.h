/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* How two operands of different shapes meet. The result has four dimensions d0 .. d3 (equal neighbours merged, missing ones
 * 1); a step is what one index of a dimension moves in an operand, 0 where the operand is repeated. The innermost dimension
 * is a row: element c of row r of the result is at a + c*a3 and b + c*b3 of the operands. */
#ifndef TE_BROADCAST_H
#define TE_BROADCAST_H

#include "te_shapes.h"

typedef struct te_pair {
    int32_t a, b;
} te_pair;

static inline int32_t te_pair_rows(const te_binary *s)
{
    return s->d0 * s->d1 * s->d2;
}

static inline te_pair te_pair_row(const te_binary *s, int32_t row)
{
    const int32_t i2 = row % s->d2;
    const int32_t i1 = row / s->d2 % s->d1;
    const int32_t i0 = row / s->d2 / s->d1;
    const te_pair start = {i0 * s->a0 + i1 * s->a1 + i2 * s->a2, i0 * s->b0 + i1 * s->b1 + i2 * s->b2};
    return start;
}

#endif
