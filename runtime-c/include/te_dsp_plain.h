/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Products with weights as they are, in two arrays. */
#ifndef TE_DSP_PLAIN_H
#define TE_DSP_PLAIN_H

#include "te_dsp.h"

/* One of the two: weights [out_c][step], and where the operand's pairs that they meet end. */
typedef struct te_dsp_plain_part {
    const int8_t *w;
    int32_t step;
    const uint32_t *x_end;
} te_dsp_plain_part;

/* Sums of four pixels by an even number of channels, in the form of te_dsp_sums. Assembly knows the order of the members, that of s0 to
 * s8. */
typedef struct te_dsp_plain {
    te_dsp_plain_part part[2]; /* the inputs of the second lie behind those of the first; either may have none */
    const uint32_t *x;         /* of four inputs each: 0 and 2 of four pixels, 1 and 3 of four pixels */
    uint32_t *sums, *sums_end;
} te_dsp_plain;

void te_dsp_plain_sums(const te_dsp_plain *t);

#endif
