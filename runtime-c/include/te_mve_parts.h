/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Results of three pixels whose weights lie in two arrays, as they do where some input channels train. */
#ifndef TE_MVE_PARTS_H
#define TE_MVE_PARTS_H

#include "te_mve.h"

/* Assembly knows the order of the members. Both arrays have at least one input. */
typedef struct te_mve_parts {
    const int8_t *x[3]; /* inputs of the first array, then those of the second */
    int8_t *y[3];
    const int32_t *first; /* 24 */
    const float *multiplier;
    const int8_t *w_end;          /* 32: of the first array, behind a multiple of four channels */
    int32_t inputs[2], second[2]; /* 36: of the first array and twice; of the second and twice */
    int32_t y_zero, y_min, y_max; /* 52 */
    const int8_t *w[2];           /* 64 */
} te_mve_parts;

/* Changes all but the pixels. */
void te_mve_parts_block(te_mve_parts *b);

#endif
