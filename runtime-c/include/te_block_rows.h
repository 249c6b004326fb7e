/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Gradients in block floating point row by row: masks, sums, changes of format, and the gradient of an average. */
#ifndef TE_BLOCK_ROWS_H
#define TE_BLOCK_ROWS_H

#include "te_block.h"
#include "te_shapes.h"
#include "te_window.h"

/* All rows. */
static inline te_row_range te_block_whole(const te_block_rows *s)
{
    const te_row_range all = {0, s->rows, s->rows, s->rows};
    return all;
}

/* Mantissas whose bit is 0 become 0; exponents stay. */
static inline void te_block_apply_mask_rows(const te_block_rows *s, const te_row_range *r, const te_mantissa_t *dy,
                                            const uint8_t *mask, te_mantissa_t *dx)
{
    for (int32_t row = r->first; row < r->end; row++) {
        const te_mantissa_t *from = &dy[te_block_at(row % r->x_ring, s->columns)];
        te_mantissa_t *to = &dx[te_block_at(row % r->y_ring, s->columns)];
        *to++ = *from++;
        for (int32_t i = 0, bit = row * s->columns; i < s->columns; i++, bit++) {
            to[i] = (mask[bit >> 3] >> (bit & 7) & 1) != 0 ? from[i] : 0;
        }
    }
}

/* Rows under another scale; elements whose bit is 0 become 0 where there is a mask. */
static inline void te_block_rescale_rows(const te_block_rows *s, const te_row_range *r, const te_mantissa_t *x,
                                         const uint8_t *mask, const int16_t *factor, te_mantissa_t *y, te_wide *row)
{
    for (int32_t y_row = r->first; y_row < r->end; y_row++) {
        const te_mantissa_t *from = &x[te_block_at(y_row % r->x_ring, s->columns)];
        for (int32_t i = 0; i < s->columns; i++) {
            const int32_t bit = y_row * s->columns + i;
            row[i] = mask == NULL || (mask[bit >> 3] >> (bit & 7) & 1) != 0 ? from[1 + i] : 0;
        }
        te_block_store(row, s->columns, s->channels, factor, from[0] + s->exponent,
                       &y[te_block_at(y_row % r->y_ring, s->columns)]);
    }
}

static inline void te_block_add_rows(const te_block_rows *s, const te_row_range *r, const te_mantissa_t *a,
                                     const te_mantissa_t *b, const int16_t *factor, te_mantissa_t *y, te_wide *row)
{
    for (int32_t y_row = r->first; y_row < r->end; y_row++) {
        const te_mantissa_t *a_row = &a[te_block_at(y_row % r->x_ring, s->columns)];
        const te_mantissa_t *b_row = &b[te_block_at(y_row, s->columns)];
        const int32_t a_exponent = *a_row++;
        const int32_t b_exponent = *b_row++;
        const int32_t top = (a_exponent > b_exponent ? a_exponent : b_exponent) - s->guard;
        for (int32_t i = 0; i < s->columns; i++) {
            row[i] = te_block_align(a_row[i], top - a_exponent) + te_block_align(b_row[i], top - b_exponent);
        }
        te_block_store(row, s->columns, s->channels, factor, top + s->exponent,
                       &y[te_block_at(y_row % r->y_ring, s->columns)]);
    }
}

/* fp32 to blocks: elements become integers of 24 bits at the exponent of the row's largest, which are then stored. NaN and
 * denormal numbers become 0. */
static inline void te_block_from_float_rows(const te_block_rows *s, const te_row_range *r, const float *x,
                                            const int16_t *factor, te_mantissa_t *y, te_wide *row)
{
    for (int32_t y_row = r->first; y_row < r->end; y_row++) {
        const float *from = &x[y_row % r->x_ring * s->columns];
        int32_t top = 0; /* biased, as fp32 has it */
        for (int32_t i = 0; i < s->columns; i++) {
            const uint32_t magnitude = te_float_bits(from[i]) & 0x7fffffffu;
            const int32_t exponent = (int32_t)(magnitude >> 23);
            top = magnitude <= 0x7f800000u && exponent > top ? exponent : top;
        }
        for (int32_t i = 0; i < s->columns; i++) {
            const uint32_t bits = te_float_bits(from[i]);
            const uint32_t magnitude = bits & 0x7fffffffu;
            const int32_t exponent = (int32_t)(magnitude >> 23);
            const int32_t integer =
                magnitude > 0x7f800000u || exponent == 0 ? 0 : (int32_t)((magnitude & 0x7fffffu) | 0x800000u);
            row[i] = integer == 0 ? 0 : te_block_align(bits >> 31 != 0 ? -integer : integer, top - exponent);
        }
        te_block_store(row, s->columns, s->channels, factor, top - 150 + s->exponent,
                       &y[te_block_at(y_row % r->y_ring, s->columns)]);
    }
}

/* Blocks to fp32; without scales they are 1. */
static inline void te_block_to_float_rows(const te_block_rows *s, const te_row_range *r, const te_mantissa_t *x,
                                          const float *scale, float *y)
{
    for (int32_t y_row = r->first; y_row < r->end; y_row++) {
        const te_mantissa_t *from = &x[te_block_at(y_row % r->x_ring, s->columns)];
        float *to = &y[y_row % r->y_ring * s->columns];
        const float unit = te_power(from[0]);
        for (int32_t i = 0; i < s->columns; i++) {
            to[i] = (float)from[1 + i] * unit * (scale == NULL ? 1.0f : scale[i % s->channels]);
        }
    }
}

/* The sum over all positions, channel by channel, in fp32 at the end. */
static inline void te_block_channel_sum(const te_block_rows *s, const te_mantissa_t *x, const float *scale, float *sum)
{
    const int32_t top = te_block_largest(x, s->rows, s->columns);
    const float unit = te_power(top - s->guard);
    for (int32_t c = 0; c < s->channels; c++) {
        te_wide total = 0;
        for (int32_t r = 0; r < s->rows; r++) {
            const te_mantissa_t *from = &x[te_block_at(r, s->columns)];
            const int32_t down = top - from[0] - s->guard;
            for (int32_t i = c; i < s->columns; i += s->channels) {
                total += te_block_align(from[1 + i], down);
            }
        }
        sum[c] = (float)total * unit * (scale == NULL ? 1.0f : scale[c]);
    }
}

/* Every tap of a window gets mantissa * round(2^reciprocal / taps). */
static inline void te_block_average_pool2d_dx_rows(const te_block_pool2d *s, const te_row_range *r,
                                                   const te_mantissa_t *dy, const int16_t *factor, te_mantissa_t *dx,
                                                   te_wide *row)
{
    const int32_t block = s->in_w * s->channels;
    const int32_t out_block = s->out_w * s->channels;
    for (int32_t dx_row = r->first; dx_row < r->end; dx_row++) {
        const int32_t n = dx_row / s->in_h;
        const int32_t ih = dx_row - n * s->in_h;
        const int32_t top = te_block_top(dy, out_block, r->x_ring, n, ih, s->out_h, s->kernel_h, s->stride_h,
                                         s->pad_top, s->dilation_h);
        for (int32_t i = 0; i < block; i++) {
            row[i] = 0;
        }
        for (int32_t kh = 0; kh < s->kernel_h; kh++) {
            const int32_t start = ih + s->pad_top - kh * s->dilation_h;
            if (start < 0 || start % s->stride_h != 0 || start / s->stride_h >= s->out_h) {
                continue;
            }
            const int32_t oh = start / s->stride_h;
            const te_mantissa_t *dy_row = &dy[te_block_at((n * s->out_h + oh) % r->x_ring, out_block)];
            const int32_t down = top - dy_row[0] - s->guard;
            const te_span rows = te_window(oh * s->stride_h - s->pad_top, s->dilation_h, s->kernel_h, s->in_h);
            for (int32_t ow = 0; ow < s->out_w; ow++) {
                const int32_t left = ow * s->stride_w - s->pad_left;
                const te_span columns = te_window(left, s->dilation_w, s->kernel_w, s->in_w);
                const int32_t taps = s->count_include_pad != 0
                                         ? s->kernel_h * s->kernel_w
                                         : (rows.end - rows.first) * (columns.end - columns.first);
                if (taps == 0) {
                    continue; /* a window of padding alone */
                }
                const int32_t share = (((int32_t)1 << s->reciprocal) + taps / 2) / taps;
                const te_mantissa_t *from = &dy_row[1 + ow * s->channels];
                for (int32_t kw = columns.first; kw < columns.end; kw++) {
                    te_wide *to = &row[(left + kw * s->dilation_w) * s->channels];
                    for (int32_t c = 0; c < s->channels; c++) {
                        to[c] += te_block_align(from[c], down) * share;
                    }
                }
            }
        }
        te_block_store(row, block, s->channels, factor, top - s->guard - s->reciprocal + s->exponent,
                       &dx[te_block_at(dx_row % r->y_ring, block)]);
    }
}

/* All rows of all images. */
static inline te_row_range te_block_pool2d_dx_whole(const te_block_pool2d *s)
{
    const te_row_range all = {0, s->batch * s->in_h, s->batch * s->out_h, s->batch * s->in_h};
    return all;
}

#endif
