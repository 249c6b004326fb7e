/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a convolution to its input, with weights in codes, which lie in two arrays; scale[oc] makes them real. */
#include "te_kernels.h"

#define TE_W_CODES 1
#include "te_conv2d_dx.h"

void te_conv2d_dx_parts_f32_i8_ref_rows(const te_conv2d *s, const te_row_range *r, const float *dy, const int8_t *w,
                                        const int8_t *part, const float *scale, const int16_t *channels, float *dx)
{
    te_conv2d_dx_rows(s, r, dy, w, part, scale, channels, dx);
}

void te_conv2d_dx_parts_f32_i8_ref(const te_conv2d *s, const float *dy, const int8_t *w, const int8_t *part,
                                   const float *scale, const int16_t *channels, float *dx)
{
    const te_row_range all = te_conv2d_dx_whole(s);
    te_conv2d_dx_parts_f32_i8_ref_rows(s, &all, dy, w, part, scale, channels, dx);
}
