/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Shared by normalization and its gradient: where a group's elements lie, and its statistics in two passes. */
#ifndef TE_NORMALIZE_H
#define TE_NORMALIZE_H

#include <stdint.h>

#include "te_math.h"
#include "te_shapes.h"

typedef struct te_statistics {
    float mean, reciprocal; /* 1 / sqrt(variance + epsilon) */
} te_statistics;

/* Index of the first channel of a group at a position. */
static inline int32_t te_group_at(const te_normalize *s, int32_t n, int32_t position, int32_t group)
{
    return ((n * s->positions + position) * s->groups + group) * s->channels;
}

/* Sums run over positions, then channels. */
static inline te_statistics te_group_statistics(const te_normalize *s, const float *x, int32_t n, int32_t group)
{
    const float count = (float)(s->positions * s->channels);
    te_statistics result;
    float sum = 0.0f;
    float squares = 0.0f;
    for (int32_t p = 0; p < s->positions; p++) {
        const float *from = &x[te_group_at(s, n, p, group)];
        for (int32_t c = 0; c < s->channels; c++) {
            sum += from[c];
        }
    }
    result.mean = sum / count;
    for (int32_t p = 0; p < s->positions; p++) {
        const float *from = &x[te_group_at(s, n, p, group)];
        for (int32_t c = 0; c < s->channels; c++) {
            const float d = from[c] - result.mean;
            squares += d * d;
        }
    }
    result.reciprocal = 1.0f / te_sqrtf(squares / count + s->epsilon);
    return result;
}

#endif
