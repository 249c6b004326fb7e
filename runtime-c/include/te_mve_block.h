/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The loops behind te_mve_pixels: results of some pixels and a multiple of four channels. */
#ifndef TE_MVE_BLOCK_H
#define TE_MVE_BLOCK_H

#include "te_mve_layer.h"

#if TE_MVE_CORE

/* Assembly knows the order of the members. */
typedef struct te_mve_block {
    const int8_t *x[3];
    int8_t *y[3];
    const int32_t *first; /* 24 */
    const float *multiplier;
    const int8_t *w_end;           /* 32 */
    int32_t inputs, twice, rest;   /* 36: inputs, 2 * inputs, inputs - 16 */
    int32_t y_zero, y_min, y_max;  /* 48 */
    int32_t groups;                /* 60 */
    int32_t x_step, y_step;        /* 64: from a group's pixels to those of the next; from the end of its results */
    const int8_t *w;               /* 72 */
    const int32_t *first_start;    /* 76 */
    const float *multiplier_start; /* 80 */
} te_mve_block;

/* Groups of three pixels, 16 or more inputs. Three pixels are read before any of their results are written. */
void te_mve_block_3(te_mve_block *b);

/* Groups of one pixel. */
void te_mve_block_1(te_mve_block *b);

/* 8 or 16 inputs: four weight vectors stay in registers for all pixels, which are read before the next four channels are. */
void te_mve_resident(const te_mve_layer *l, const int8_t *x, int32_t pixels, int8_t *y);

#endif

#endif
