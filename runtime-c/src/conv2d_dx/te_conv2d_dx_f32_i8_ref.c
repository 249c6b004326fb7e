/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a convolution to its input, with weights in codes; scale[oc] makes them real. */
#include "te_kernels.h"

#define TE_W_CODES 1
#include "te_conv2d_dx.h"

void te_conv2d_dx_f32_i8_ref_rows(const te_conv2d *s, const te_row_range *r, const float *dy, const int8_t *w,
                                  const float *scale, float *dx)
{
    te_conv2d_dx_rows(s, r, dy, w, NULL, scale, NULL, dx);
}

void te_conv2d_dx_f32_i8_ref(const te_conv2d *s, const float *dy, const int8_t *w, const float *scale, float *dx)
{
    const te_row_range all = te_conv2d_dx_whole(s);
    te_conv2d_dx_f32_i8_ref_rows(s, &all, dy, w, scale, dx);
}
