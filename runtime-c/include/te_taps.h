/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The taps of the windows of a pool, whose operand rows lie in a ring. */
#ifndef TE_TAPS_H
#define TE_TAPS_H

#include "te_row_range.h"

/* Kernel rows and columns of a window that lie inside the input, the operand row of the first of them, and the index of the first tap
 * within that row. */
typedef struct te_taps {
    te_span rows, columns;
    int32_t row, at;
} te_taps;

/* The values that all windows of a result row share. */
static inline te_taps te_taps_of_row(const te_pool2d *s, const te_row_range *r, int32_t row)
{
    const int32_t n = row / s->out_h;
    const int32_t top = (row - n * s->out_h) * s->stride_h - s->pad_top;
    te_taps taps;
    taps.rows = te_window(top, s->dilation_h, s->kernel_h, s->in_h);
    taps.row = (n * s->in_h + top + taps.rows.first * s->dilation_h) % r->x_ring;
    taps.columns.first = 0;
    taps.columns.end = 0;
    taps.at = 0;
    return taps;
}

/* Moves on to the window of a column, at channel 0. */
static inline void te_taps_of_column(const te_pool2d *s, te_taps *taps, int32_t column)
{
    const int32_t left = column * s->stride_w - s->pad_left;
    taps->columns = te_window(left, s->dilation_w, s->kernel_w, s->in_w);
    taps->at = (left + taps->columns.first * s->dilation_w) * s->channels;
}

/* All rows of all images. */
static inline te_row_range te_pool2d_whole(const te_pool2d *s)
{
    const te_row_range all = {0, s->batch * s->out_h, s->batch * s->in_h, s->batch * s->out_h};
    return all;
}

/* All rows of all images of a gradient to the input. */
static inline te_row_range te_pool2d_dx_whole(const te_pool2d *s)
{
    const te_row_range all = {0, s->batch * s->in_h, s->batch * s->out_h, s->batch * s->in_h};
    return all;
}

#endif
