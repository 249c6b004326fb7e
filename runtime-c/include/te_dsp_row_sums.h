/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A sum of rows of weights, each times a number of its own: the gradient of one sample through a dense layer. */
#ifndef TE_DSP_ROW_SUMS_H
#define TE_DSP_ROW_SUMS_H

#include "te_dsp.h"

/* Where two rows begin, and their numbers, the first in the low half. Assembly knows the order of the members. */
typedef struct te_dsp_row_pair {
    int32_t low, high;
    uint32_t numbers;
} te_dsp_row_pair;

/* The sums of the four columns from w on over at least one pair. */
void te_dsp_row_sums(const te_dsp_row_pair *pairs, int32_t count, const int8_t *w, int32_t *sums);

#endif
