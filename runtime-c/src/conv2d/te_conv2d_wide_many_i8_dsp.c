/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The same for more inputs than scratch holds and more channels than have their sums there: windows are read for each chunk of channels. */
#include "te_dsp_conv2d_wide.h"

void te_conv2d_wide_many_i8_dsp_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x, const uint32_t *w,
                                     const int32_t *b, int8_t *y, uint8_t *mask, uint32_t *scratch)
{
    te_dsp_conv2d_wide(s, r, x, w, b, y, mask, scratch);
}

void te_conv2d_wide_many_i8_dsp(const te_conv2d *s, const int8_t *x, const uint32_t *w, const int32_t *b, int8_t *y,
                                uint8_t *mask, uint32_t *scratch)
{
    const te_row_range all = te_dsp_whole(s);
    te_conv2d_wide_many_i8_dsp_rows(s, &all, x, w, b, y, mask, scratch);
}
