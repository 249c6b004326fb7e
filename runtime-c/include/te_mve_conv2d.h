/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Convolution of codes of undivided columns: of any kernel by windows in scratch, of 1x1 kernels as it lies. */
#ifndef TE_MVE_CONV2D_H
#define TE_MVE_CONV2D_H

#include "te_dsp_rows.h"
#include "te_mve_layer.h"

/* The most rows of a kernel, and about how many inputs of windows lie in scratch at a time; at least three windows do. */
enum { TE_MVE_KERNEL_ROWS = 16, TE_MVE_STAGED = 170 };

/* The layer but for its first sums. */
static inline te_mve_layer te_mve_conv2d_layer(const te_conv2d *s, const int8_t *w, const float *multiplier)
{
    te_mve_layer l;
    l.w = w;
    l.first = NULL;
    l.multiplier = multiplier;
    l.inputs = s->kernel_h * s->kernel_w * s->in_c;
    l.outputs = s->out_c;
    l.y_zero = s->y_zero;
    l.y_min = s->y_min;
    l.y_max = s->y_max;
    return l;
}

/* mask may be NULL; windows: 3 * max(1, TE_MVE_STAGED / inputs) * inputs bytes unless the kernel is 1x1 with stride 1. */
void te_mve_conv2d(const te_mve_layer *l, const te_conv2d *s, const te_row_range *r, const int8_t *x, int8_t *y,
                   uint8_t *mask, int8_t *windows);

#endif
