/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Rows of one image that one call makes without a break in the rows of the result. */
#ifndef TE_DSP_ROWS_H
#define TE_DSP_ROWS_H

#include "te_shapes.h"

/* Operand row i of the image lies at row (x_first + i) % ring of its buffer. */
typedef struct te_dsp_rows {
    int32_t first, count; /* in the image */
    int32_t x_first, ring;
    int32_t y_row; /* row of the result's buffer where they begin */
    int32_t mask_row;
} te_dsp_rows;

static inline te_row_range te_dsp_whole(const te_conv2d *s)
{
    const te_row_range all = {0, s->batch * s->out_h, s->batch * s->in_h, s->batch * s->out_h};
    return all;
}

/* The most rows that a call makes of one image. */
static inline int32_t te_dsp_call_rows(const te_conv2d *s, const te_row_range *r)
{
    return r->end - r->first < s->out_h ? r->end - r->first : s->out_h;
}

/* The part of a range from a row on; 0 behind its end. */
static inline int32_t te_dsp_part(const te_conv2d *s, const te_row_range *r, int32_t row, te_dsp_rows *part)
{
    if (row >= r->end) {
        return 0;
    }
    const int32_t image = row / s->out_h, in_image = s->out_h - (row - image * s->out_h);
    part->first = s->out_h - in_image;
    part->x_first = image * s->in_h;
    part->ring = r->x_ring;
    part->y_row = row % r->y_ring;
    part->mask_row = row;
    part->count = r->end - row < in_image ? r->end - row : in_image;
    part->count = part->count < r->y_ring - part->y_row ? part->count : r->y_ring - part->y_row;
    return 1;
}

static inline int32_t te_dsp_ring_row(const te_dsp_rows *rows, int32_t row)
{
    return (rows->x_first + row) % rows->ring;
}

#endif
