/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Dense layers of codes: samples are pixels. */
#ifndef TE_MVE_DENSE_H
#define TE_MVE_DENSE_H

#include "te_mve_layer.h"
#include "te_shapes.h"

/* The layer but for its first sums. */
static inline te_mve_layer te_mve_dense_layer(const te_dense *s, const int8_t *w, const float *multiplier)
{
    te_mve_layer l;
    l.w = w;
    l.first = NULL;
    l.multiplier = multiplier;
    l.inputs = s->in;
    l.outputs = s->out;
    l.y_zero = s->y_zero;
    l.y_min = s->y_min;
    l.y_max = s->y_max;
    return l;
}

#endif
