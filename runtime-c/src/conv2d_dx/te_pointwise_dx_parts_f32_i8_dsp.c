/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a 1x1 convolution to its input, with weights in codes, which lie in two arrays; scale[oc] makes them real. */
#include "te_dsp_pointwise_dx_f32.h"
#include "te_kernels.h"

void te_pointwise_dx_parts_f32_i8_dsp_rows(const te_conv2d *s, const te_row_range *r, const float *dy, const int8_t *w,
                                           const int8_t *part, const float *scale, const int16_t *channels, float *dx,
                                           float *scratch)
{
    te_dsp_pointwise_dx_f32(s, r, dy, w, part, scale, channels, dx, scratch);
}

void te_pointwise_dx_parts_f32_i8_dsp(const te_conv2d *s, const float *dy, const int8_t *w, const int8_t *part,
                                      const float *scale, const int16_t *channels, float *dx, float *scratch)
{
    const te_row_range all = {0, s->batch * s->in_h, s->batch * s->out_h, s->batch * s->in_h};
    te_pointwise_dx_parts_f32_i8_dsp_rows(s, &all, dy, w, part, scale, channels, dx, scratch);
}
