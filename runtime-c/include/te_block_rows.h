/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Gradients in block floating point row by row: masks, sums, changes of format, and the gradient of an average. */
#ifndef TE_BLOCK_ROWS_H
#define TE_BLOCK_ROWS_H

#include "te_block.h"
#include "te_block_spread.h"
#include "te_inline_body.h"
#include "te_shapes.h"
#include "te_window.h"

/* All rows. */
static inline te_row_range te_block_whole(const te_block_rows *s)
{
    const te_row_range all = {0, s->rows, s->rows, s->rows};
    return all;
}

/* A range of rows, counted in blocks. */
static inline te_row_range te_blocks_of_rows(const te_block_rows *s, const te_row_range *r)
{
    const te_row_range blocks = {r->first * s->blocks, r->end * s->blocks, r->x_ring * s->blocks,
                                 r->y_ring * s->blocks};
    return blocks;
}

/* Mantissas whose bit is 0 become 0; exponents stay. */
static inline void te_block_apply_mask_rows(const te_block_rows *s, const te_row_range *r, const te_mantissa_t *dy,
                                            const uint8_t *mask, te_mantissa_t *dx)
{
    const te_row_range blocks = te_blocks_of_rows(s, r);
    for (int32_t block = blocks.first; block < blocks.end; block++) {
        const te_mantissa_t *from = &dy[te_block_at(block % blocks.x_ring, s->columns)];
        te_mantissa_t *to = &dx[te_block_at(block % blocks.y_ring, s->columns)];
        *to++ = *from++;
        for (int32_t i = 0, bit = block * s->columns; i < s->columns; i++, bit++) {
            to[i] = (mask[bit >> 3] >> (bit & 7) & 1) != 0 ? from[i] : 0;
        }
    }
}

/* Blocks under another scale; elements whose bit is 0 become 0 where there is a mask. */
static inline void te_block_rescale_rows(const te_block_rows *s, const te_row_range *r, const te_mantissa_t *x,
                                         const uint8_t *mask, const int16_t *factor, te_mantissa_t *y, te_wide *row)
{
    const te_row_range blocks = te_blocks_of_rows(s, r);
    for (int32_t y_block = blocks.first; y_block < blocks.end; y_block++) {
        const te_mantissa_t *from = &x[te_block_at(y_block % blocks.x_ring, s->columns)];
        for (int32_t i = 0; i < s->columns; i++) {
            const int32_t bit = y_block * s->columns + i;
            row[i] = mask == NULL || (mask[bit >> 3] >> (bit & 7) & 1) != 0 ? from[1 + i] : 0;
        }
        te_block_store(row, s->columns, s->channels, factor, from[0] + s->exponent,
                       &y[te_block_at(y_block % blocks.y_ring, s->columns)]);
    }
}

static inline void te_block_add_rows(const te_block_rows *s, const te_row_range *r, const te_mantissa_t *a,
                                     const te_mantissa_t *b, const int16_t *factor, te_mantissa_t *y, te_wide *row)
{
    const te_row_range blocks = te_blocks_of_rows(s, r);
    for (int32_t y_block = blocks.first; y_block < blocks.end; y_block++) {
        const te_mantissa_t *a_row = &a[te_block_at(y_block % blocks.x_ring, s->columns)];
        const te_mantissa_t *b_row = &b[te_block_at(y_block, s->columns)];
        const int32_t a_exponent = *a_row++;
        const int32_t b_exponent = *b_row++;
        const int32_t top = (a_exponent > b_exponent ? a_exponent : b_exponent) - s->guard;
        for (int32_t i = 0; i < s->columns; i++) {
            row[i] = te_block_align(a_row[i], top - a_exponent) + te_block_align(b_row[i], top - b_exponent);
        }
        te_block_store(row, s->columns, s->channels, factor, top + s->exponent,
                       &y[te_block_at(y_block % blocks.y_ring, s->columns)]);
    }
}

/* Elements as integers of 24 bits at the exponent of their largest, which is returned. NaN and denormal numbers become 0. */
static inline int32_t te_block_integers(const float *from, int32_t count, te_wide *row)
{
    int32_t top = 0; /* biased, as fp32 has it */
    for (int32_t i = 0; i < count; i++) {
        const uint32_t magnitude = te_float_bits(from[i]) & 0x7fffffffu;
        const int32_t exponent = (int32_t)(magnitude >> 23);
        top = magnitude <= 0x7f800000u && exponent > top ? exponent : top;
    }
    for (int32_t i = 0; i < count; i++) {
        const uint32_t bits = te_float_bits(from[i]);
        const uint32_t magnitude = bits & 0x7fffffffu;
        const int32_t exponent = (int32_t)(magnitude >> 23);
        const int32_t integer =
            magnitude > 0x7f800000u || exponent == 0 ? 0 : (int32_t)((magnitude & 0x7fffffu) | 0x800000u);
        row[i] = integer == 0 ? 0 : te_block_align(bits >> 31 != 0 ? -integer : integer, top - exponent);
    }
    return top - 150;
}

/* fp32 to blocks. */
static inline void te_block_from_float_rows(const te_block_rows *s, const te_row_range *r, const float *x,
                                            const int16_t *factor, te_mantissa_t *y, te_wide *row)
{
    const te_row_range blocks = te_blocks_of_rows(s, r);
    for (int32_t y_block = blocks.first; y_block < blocks.end; y_block++) {
        const float *from = &x[y_block % blocks.x_ring * s->columns];
        const int32_t exponent = te_block_integers(from, s->columns, row);
        te_block_store(row, s->columns, s->channels, factor, exponent + s->exponent,
                       &y[te_block_at(y_block % blocks.y_ring, s->columns)]);
    }
}

/* Blocks to fp32; without scales they are 1. */
static inline void te_block_to_float_rows(const te_block_rows *s, const te_row_range *r, const te_mantissa_t *x,
                                          const float *scale, float *y)
{
    const te_row_range blocks = te_blocks_of_rows(s, r);
    for (int32_t y_block = blocks.first; y_block < blocks.end; y_block++) {
        const te_mantissa_t *from = &x[te_block_at(y_block % blocks.x_ring, s->columns)];
        float *to = &y[y_block % blocks.y_ring * s->columns];
        const float unit = te_power(from[0]);
        for (int32_t i = 0; i < s->columns; i++) {
            to[i] = (float)from[1 + i] * unit * (scale == NULL ? 1.0f : scale[i % s->channels]);
        }
    }
}

/* The sum over all positions, channel by channel, in fp32 at the end. */
static inline void te_block_channel_sum(const te_block_rows *s, const te_mantissa_t *x, const float *scale, float *sum)
{
    const int32_t blocks = s->rows * s->blocks;
    const int32_t top = te_block_largest(x, blocks, s->columns);
    const float unit = te_power(top - s->guard);
    for (int32_t c = 0; c < s->channels; c++) {
        te_wide total = 0;
        for (int32_t b = 0; b < blocks; b++) {
            const te_mantissa_t *from = &x[te_block_at(b, s->columns)];
            const int32_t down = top - from[0] - s->guard;
            for (int32_t i = c; i < s->columns; i += s->channels) {
                total += te_block_align(from[1 + i], down);
            }
        }
        sum[c] = (float)total * unit * (scale == NULL ? 1.0f : scale[c]);
    }
}

/* One block of dx: columns `made` of input row ih of image n. Every tap of a window gets mantissa * round(2^reciprocal / taps). */
TE_INLINE_BODY void te_block_average_pool2d_dx_block(const te_block_pool2d *s, int32_t ring, const te_mantissa_t *dy,
                                                     const int16_t *factor, int32_t n, int32_t ih, te_span made,
                                                     te_mantissa_t *dx, te_wide *row)
{
    const int32_t in_block = s->in_pixels * s->channels;
    const int32_t out_block = s->out_pixels * s->channels;
    const int32_t out_row = te_block_at(s->out_w / s->out_pixels, out_block);
    const te_span reached = te_reaching(made, s->pad_left, s->dilation_w, s->kernel_w, s->stride_w, s->out_w);
    const te_span blocks = te_blocks_of(reached, s->out_pixels);
    int32_t top = TE_EXPONENT_MIN;
    for (int32_t kh = 0; kh < s->kernel_h; kh++) {
        const int32_t from = te_spread_row(n, ih, kh, s->out_h, s->stride_h, s->pad_top, s->dilation_h, ring);
        top = from < 0 ? top : te_block_top(top, &dy[from * out_row], blocks, out_block);
    }
    for (int32_t i = 0; i < in_block; i++) {
        row[i] = 0;
    }
    for (int32_t kh = 0; kh < s->kernel_h; kh++) {
        const int32_t from = te_spread_row(n, ih, kh, s->out_h, s->stride_h, s->pad_top, s->dilation_h, ring);
        const te_span rows = te_window(ih - kh * s->dilation_h, s->dilation_h, s->kernel_h, s->in_h);
        for (int32_t ow = reached.first; from >= 0 && ow < reached.end; ow++) {
            const int32_t left = ow * s->stride_w - s->pad_left;
            const te_span columns = te_window(left, s->dilation_w, s->kernel_w, s->in_w);
            const te_span inside = te_window_within(left, s->dilation_w, s->kernel_w, made);
            const int32_t taps = s->count_include_pad != 0 ? s->kernel_h * s->kernel_w
                                                           : (rows.end - rows.first) * (columns.end - columns.first);
            if (taps == 0) {
                continue; /* a window of padding alone */
            }
            const int32_t share = (((int32_t)1 << s->reciprocal) + taps / 2) / taps;
            const int32_t b = ow / s->out_pixels;
            const te_mantissa_t *block = &dy[from * out_row + te_block_at(b, out_block)];
            const int32_t down = top - block[0] - s->guard;
            const te_mantissa_t *pixel = &block[1 + (ow - b * s->out_pixels) * s->channels];
            for (int32_t kw = inside.first; kw < inside.end; kw++) {
                te_wide *to = &row[(left + kw * s->dilation_w - made.first) * s->channels];
                for (int32_t c = 0; c < s->channels; c++) {
                    to[c] += te_block_align(pixel[c], down) * share;
                }
            }
        }
    }
    te_block_store(row, in_block, s->channels, factor, top - s->guard - s->reciprocal + s->exponent, dx);
}

static inline void te_block_average_pool2d_dx_rows(const te_block_pool2d *s, const te_row_range *r,
                                                   const te_mantissa_t *dy, const int16_t *factor, te_mantissa_t *dx,
                                                   te_wide *row)
{
    const int32_t in_block = s->in_pixels * s->channels;
    const int32_t blocks = s->in_w / s->in_pixels;
    for (int32_t dx_row = r->first; dx_row < r->end; dx_row++) {
        const int32_t n = dx_row / s->in_h;
        for (int32_t b = 0; b < blocks; b++) {
            const te_span made = {b * s->in_pixels, (b + 1) * s->in_pixels};
            te_block_average_pool2d_dx_block(s, r->x_ring, dy, factor, n, dx_row - n * s->in_h, made,
                                             &dx[te_block_at(dx_row % r->y_ring * blocks + b, in_block)], row);
        }
    }
}

/* All rows of all images. */
static inline te_row_range te_block_pool2d_dx_whole(const te_block_pool2d *s)
{
    const te_row_range all = {0, s->batch * s->in_h, s->batch * s->out_h, s->batch * s->in_h};
    return all;
}

#endif
