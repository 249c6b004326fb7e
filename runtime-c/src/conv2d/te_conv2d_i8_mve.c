/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Convolution of codes, weights as they are; first sums and multipliers come as a table. */
#include "te_kernels.h"
#include "te_mve_conv2d.h"

void te_conv2d_i8_mve_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x, const int8_t *w,
                           const uint32_t *table, int8_t *y, uint32_t *scratch)
{
    te_mve_layer l = te_mve_conv2d_layer(s, w, (const float *)(const void *)(table + s->out_c));
    l.first = (const int32_t *)(const void *)table;
    te_mve_conv2d(&l, s, r, x, y, NULL, (int8_t *)scratch);
}

void te_conv2d_i8_mve(const te_conv2d *s, const int8_t *x, const int8_t *w, const uint32_t *table, int8_t *y,
                      uint32_t *scratch)
{
    const te_row_range all = te_dsp_whole(s);
    te_conv2d_i8_mve_rows(s, &all, x, w, table, y, scratch);
}
