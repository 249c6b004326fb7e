/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Products with the transposed weights of a layer: sums over output channels. */
#ifndef TE_DSP_TURNED_H
#define TE_DSP_TURNED_H

#include "te_dsp.h"

/* A shift by as much makes any sum zero: LSL takes it from the lowest byte of a register. */
enum { TE_DSP_NOTHING = 32 };

/* Assembly knows the order of the members, that of s0 to s10. */
typedef struct te_dsp_turned {
    const int8_t *w;          /* [out_c][stride] */
    int32_t *sums, *sums_end; /* of the first pixel: an even number of channels */
    int32_t pixel;            /* bytes from pixel to pixel of the sums */
    int32_t lift[4];          /* each pixel's sums are shifted left */
    int32_t stride;
    const uint32_t *x_end;
    const uint32_t *x; /* of four output channels each: 0 and 2 of four pixels, 1 and 3 of four pixels */
} te_dsp_turned;

/* Four pixels of dy, the last one again where there are fewer. */
typedef struct te_turned_pixels {
    const int8_t *at[4];
} te_turned_pixels;

void te_dsp_turned_sums(const te_dsp_turned *t);

#endif
