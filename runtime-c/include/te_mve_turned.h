/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Products with the transposed weights of a layer: sums over output channels, by gathers of weights in the order of the forward pass. */
#ifndef TE_MVE_TURNED_H
#define TE_MVE_TURNED_H

#include "te_mve.h"

/* Assembly knows the order of the members. */
typedef struct te_mve_turned {
    const int8_t *at[4];   /* pixels */
    const int8_t *w, *end; /* 16: [out_c][stride], the first row's channels */
    int32_t stride, out_c; /* 24 */
    int32_t *sums;         /* 32: of the first pixel */
    int32_t pixel,
        lift[4]; /* 36: bytes from pixel to pixel of the sums; each pixel's sums are shifted left, by 32 to zero */
} te_mve_turned;

void te_mve_turned_sums(const te_mve_turned *t);

#endif
