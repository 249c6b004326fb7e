/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A leaky rectifier of codes with slopes as an operand, broadcast: elements above 0 and the exact product below are rescaled
 * and rounded once. y may be x. */
#include "te_kernels.h"
#include "te_broadcast.h"
#include "te_math.h"

void te_prelu_i8_ref(const te_binary *s, const int8_t *x, const int8_t *slope, int8_t *y, uint8_t *mask)
{
    TE_EACH_PAIR(s, at, i)
    {
        const int32_t v = x[at.a] - s->a_zero;
        const int32_t scaled = v < 0 ? te_scale(v * (slope[at.b] - s->b_zero), s->scale) : te_scale(v, s->a_scale);
        te_store_i8(&y[i], mask, i, scaled + s->y_zero, s->y_min, s->y_max);
    }
}
