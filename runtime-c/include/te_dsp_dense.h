/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Eight outputs of a dense layer at a time: a halfword of weights is 256*q + p of two neighbouring outputs, as in te_dsp_pairs_text.h. */
#ifndef TE_DSP_DENSE_H
#define TE_DSP_DENSE_H

#include "te_dsp.h"

/* Words of inputs that the FPU holds; the shift that says "in fp32". */
enum { TE_DSP_DENSE_GROUP = 8, TE_DSP_DENSE_REAL = 32 };

/* The order is that of s16 to s23. */
typedef struct te_dsp_dense_run {
    const uint32_t *x; /* words of inputs (0, 2), (1, 3), .. */
    const uint32_t *x_end;
    const uint32_t *w; /* of eight outputs: first sums, weights, shift, multipliers */
    const uint32_t *w_end;
    int8_t *y;
    int32_t entry; /* bytes of code of the words of the first group */
    int32_t group; /* bytes of those words of inputs */
    int32_t zero;
} te_dsp_dense_run;

void te_dsp_dense(const te_dsp_dense_run *run);

#endif
