/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of codes: kernel 3, stride 1, column by column, for narrow maps. */
#include "te_kernels.h"
#include "te_mve_depthwise.h"

te_mve_run_of te_mve_run_3s1, te_mve_run_3s1_two;

void te_depthwise3s1_turned_conv2d_i8_mve(const te_conv2d *s, const int8_t *x, const uint32_t *table, const int32_t *b,
                                          int8_t *y, uint8_t *mask, uint32_t *scratch)
{
    static const te_mve_depthwise_form form = {3, 1, 1, te_mve_run_3s1, te_mve_run_3s1_two};
    const te_row_range all = te_dsp_whole(s);
    te_mve_depthwise(&form, s, &all, x, table, b, y, mask, scratch);
}
