/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Rows of a real gradient: they begin as zeros and end limited (te_math.h). */
#ifndef TE_DSP_LIMIT_H
#define TE_DSP_LIMIT_H

#include "te_dsp.h"
#include "te_math.h"
#include "te_row_range.h"

/* The first of some eights of elements in which a magnitude may be 2 or more, or their end. */
float *te_dsp_far(float *x, int32_t eights);

/* te_limit_all: few gradients are so large that they need a look each. */
static inline void te_dsp_limit(float *x, int32_t count)
{
    float *const end = x + (count & ~7);
    for (float *at = x; (at = te_dsp_far(at, (int32_t)(end - at) / 8)) != end; at += 8) {
        te_limit_all(at, 8);
    }
    te_limit_all(end, count & 7);
}

static inline void te_dsp_limit_rows(const te_row_range *r, float *x, int32_t elements)
{
    for (int32_t row = r->first; row < r->end; row++) {
        te_dsp_limit(&x[row % r->y_ring * elements], elements);
    }
}

/* How many rows from `row` on lie behind each other in both rings. */
static inline int32_t te_rows_together(const te_row_range *r, int32_t row)
{
    const int32_t x_rest = r->x_ring - row % r->x_ring, y_rest = r->y_ring - row % r->y_ring;
    const int32_t rest = r->end - row < x_rest ? r->end - row : x_rest;
    return rest < y_rest ? rest : y_rest;
}

#endif
