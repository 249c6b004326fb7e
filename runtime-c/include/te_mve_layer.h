/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Codes of a layer of sums of products: y = clamp(round(sum * multiplier[oc]) + y_zero), sum = first[oc] + products of codes. */
#ifndef TE_MVE_LAYER_H
#define TE_MVE_LAYER_H

#include "te_mve.h"

/* Weights are [outputs][inputs]; first has the bias less the zero point of x times the sum of the weights. */
typedef struct te_mve_layer {
    const int8_t *w;
    const int32_t *first;
    const float *multiplier;
    int32_t inputs, outputs, y_zero, y_min, y_max;
} te_mve_layer;

/* Pixels that lie one behind the other, x and y. They may share memory where the result of a pixel ends before its operand begins. */
void te_mve_pixels(const te_mve_layer *l, const int8_t *x, int32_t pixels, int8_t *y);

#endif
