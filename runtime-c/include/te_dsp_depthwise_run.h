/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise sums of one channel: rows of pairs (x0, x1), (x2, x3), .. of int16 lie a literal pitch apart, four results of a row are made
 * at a time, and an SMLAD multiplies two taps. Results an even number of columns from the first word of a block use the taps
 * (w0, w1), (w2, w3), .., the others (w1, w2), (w3, w4), ..; single taps are halves of the same words. Kernels 3 and 7 begin in the high
 * half of the first word, kernel 5 in the low half: so the usual padding, half a kernel, lets pairs begin with column 0.
 *
 * Taps are multiplied by a power of two, so that one literal shift serves all channels: the code is (constant + hi32(sum * M)) >> 9. */
#ifndef TE_DSP_DEPTHWISE_RUN_H
#define TE_DSP_DEPTHWISE_RUN_H

#include "te_dsp.h"

/* Of each channel of a depthwise convolution, the packed table; taps count 2^scale times. Assembly knows the order. */
typedef struct te_dsp_channel_table {
    int32_t constant;   /* (2 * zero point of y + 1) * 2^8; 0: in fp32 */
    int32_t multiplier; /* of integers, or the bits of the factor */
    int32_t sum;        /* first sum, times 2^scale; not scaled where a bias is added to it */
    int32_t scale;
} te_dsp_channel_table;

/* The order is that of s3 to s11. */
typedef struct te_dsp_dw_run {
    int32_t zero; /* zero point of y */
    int8_t *y;
    int32_t step;          /* from pixel to pixel of y */
    int32_t x_row;         /* bytes of the blocks of a row of pairs */
    int32_t x_next;        /* from behind them to the next row's */
    int32_t y_next;        /* the same of y */
    const uint32_t *x_end; /* the row of pairs behind the last one */
    const uint32_t *x;
    const void *taps; /* 3: codes; 5 and 7: pairs of codes */
    const te_dsp_channel_table *table;
} te_dsp_dw_run;

typedef void te_dsp_dw_of(const te_dsp_dw_run *run);

#if TE_DSP_CORE
#include "te_dsp_depthwise_text.h"
#else
#include "te_dsp_depthwise_vector.h"
#endif

#endif
