/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a convolution to its input, with real weights in two arrays. */
#include "te_kernels.h"

#define TE_W_CODES 0
#include "te_conv2d_dx.h"

void te_conv2d_dx_parts_f32_f32_ref_rows(const te_conv2d *s, const te_row_range *r, const float *dy, const float *w,
                                         const float *part, float *dx)
{
    te_conv2d_dx_rows(s, r, dy, w, part, NULL, NULL, dx);
}

void te_conv2d_dx_parts_f32_f32_ref(const te_conv2d *s, const float *dy, const float *w, const float *part, float *dx)
{
    const te_row_range all = te_conv2d_dx_whole(s);
    te_conv2d_dx_parts_f32_f32_ref_rows(s, &all, dy, w, part, dx);
}
