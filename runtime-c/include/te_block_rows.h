/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Gradients in block floating point row by row: masks, sums, changes of format, and the gradient of an average. */
#ifndef TE_BLOCK_ROWS_H
#define TE_BLOCK_ROWS_H

#include "te_block.h"
#include "te_shapes.h"
#include "te_window.h"

/* Mantissas whose bit is 0 become 0; exponents stay. */
static inline void te_block_apply_mask(const te_block_rows *s, const te_mantissa_t *dy, const uint8_t *mask,
                                       te_mantissa_t *dx)
{
    const int8_t *from = te_exponents(dy, s->rows * s->columns);
    int8_t *to = te_exponents(dx, s->rows * s->columns);
    for (int32_t i = 0; i < s->rows * s->columns; i++) {
        dx[i] = (mask[i >> 3] >> (i & 7) & 1) != 0 ? dy[i] : 0;
    }
    for (int32_t r = 0; r < s->rows; r++) {
        to[r] = from[r];
    }
}

/* Rows under another scale; elements whose bit is 0 become 0 where there is a mask. */
static inline void te_block_rescale(const te_block_rows *s, const te_mantissa_t *x, const uint8_t *mask,
                                    const int16_t *factor, te_mantissa_t *y, te_wide *row)
{
    const int8_t *exponents = te_exponents(x, s->rows * s->columns);
    int8_t *to = te_exponents(y, s->rows * s->columns);
    for (int32_t r = 0; r < s->rows; r++) {
        const int32_t first = r * s->columns;
        for (int32_t i = 0; i < s->columns; i++) {
            const int32_t at = first + i;
            row[i] = mask == NULL || (mask[at >> 3] >> (at & 7) & 1) != 0 ? x[at] : 0;
        }
        te_block_store(row, s->columns, s->channels, factor, exponents[r] + s->exponent, &y[first], &to[r]);
    }
}

static inline void te_block_add(const te_block_rows *s, const te_mantissa_t *a, const te_mantissa_t *b,
                                const int16_t *factor, te_mantissa_t *y, te_wide *row)
{
    const int8_t *a_exponents = te_exponents(a, s->rows * s->columns);
    const int8_t *b_exponents = te_exponents(b, s->rows * s->columns);
    int8_t *to = te_exponents(y, s->rows * s->columns);
    for (int32_t r = 0; r < s->rows; r++) {
        const int32_t first = r * s->columns;
        const int32_t top = (a_exponents[r] > b_exponents[r] ? a_exponents[r] : b_exponents[r]) - s->guard;
        for (int32_t i = 0; i < s->columns; i++) {
            row[i] =
                te_block_align(a[first + i], top - a_exponents[r]) + te_block_align(b[first + i], top - b_exponents[r]);
        }
        te_block_store(row, s->columns, s->channels, factor, top + s->exponent, &y[first], &to[r]);
    }
}

/* fp32 to blocks: elements become integers of 24 bits at the exponent of the row's largest, which are then stored. NaN is 0,
 * and so is what is denormal. */
static inline void te_block_from_float(const te_block_rows *s, const float *x, const int16_t *factor, te_mantissa_t *y,
                                       te_wide *row)
{
    int8_t *to = te_exponents(y, s->rows * s->columns);
    for (int32_t r = 0; r < s->rows; r++, x += s->columns) {
        int32_t top = 0; /* biased, as fp32 has it */
        for (int32_t i = 0; i < s->columns; i++) {
            const uint32_t magnitude = te_float_bits(x[i]) & 0x7fffffffu;
            const int32_t exponent = (int32_t)(magnitude >> 23);
            top = magnitude <= 0x7f800000u && exponent > top ? exponent : top;
        }
        for (int32_t i = 0; i < s->columns; i++) {
            const uint32_t bits = te_float_bits(x[i]);
            const uint32_t magnitude = bits & 0x7fffffffu;
            const int32_t exponent = (int32_t)(magnitude >> 23);
            const int32_t integer =
                magnitude > 0x7f800000u || exponent == 0 ? 0 : (int32_t)((magnitude & 0x7fffffu) | 0x800000u);
            row[i] = integer == 0 ? 0 : te_block_align(bits >> 31 != 0 ? -integer : integer, top - exponent);
        }
        te_block_store(row, s->columns, s->channels, factor, top - 150 + s->exponent, &y[r * s->columns], &to[r]);
    }
}

/* Blocks to fp32; without scales they are 1. */
static inline void te_block_to_float(const te_block_rows *s, const te_mantissa_t *x, const float *scale, float *y)
{
    const int8_t *exponents = te_exponents(x, s->rows * s->columns);
    for (int32_t r = 0; r < s->rows; r++) {
        const float unit = te_power(exponents[r]);
        for (int32_t i = 0; i < s->columns; i++) {
            const int32_t at = r * s->columns + i;
            y[at] = (float)x[at] * unit * (scale == NULL ? 1.0f : scale[i % s->channels]);
        }
    }
}

/* The sum over all positions, channel by channel, in fp32 at the end. */
static inline void te_block_channel_sum(const te_block_rows *s, const te_mantissa_t *x, const float *scale, float *sum)
{
    const int8_t *exponents = te_exponents(x, s->rows * s->columns);
    const int32_t top = te_block_largest(exponents, s->rows);
    const float unit = te_power(top - s->guard);
    for (int32_t c = 0; c < s->channels; c++) {
        te_wide total = 0;
        for (int32_t r = 0; r < s->rows; r++) {
            const int32_t down = top - exponents[r] - s->guard;
            for (int32_t i = c; i < s->columns; i += s->channels) {
                total += te_block_align(x[r * s->columns + i], down);
            }
        }
        sum[c] = (float)total * unit * (scale == NULL ? 1.0f : scale[c]);
    }
}

/* Every tap of a window gets mantissa * round(2^reciprocal / taps). */
static inline void te_block_average_pool2d_dx(const te_block_pool2d *s, const te_mantissa_t *dy, const int16_t *factor,
                                              te_mantissa_t *dx, te_wide *row)
{
    const int32_t block = s->in_w * s->channels;
    const int32_t out_block = s->out_w * s->channels;
    const int8_t *exponents = te_exponents(dy, s->batch * s->out_h * out_block);
    int8_t *dx_exponents = te_exponents(dx, s->batch * s->in_h * block);
    for (int32_t n = 0; n < s->batch; n++) {
        for (int32_t ih = 0; ih < s->in_h; ih++) {
            const int32_t top =
                te_block_top(exponents, n, ih, s->out_h, s->kernel_h, s->stride_h, s->pad_top, s->dilation_h);
            for (int32_t i = 0; i < block; i++) {
                row[i] = 0;
            }
            for (int32_t kh = 0; kh < s->kernel_h; kh++) {
                const int32_t start = ih + s->pad_top - kh * s->dilation_h;
                if (start < 0 || start % s->stride_h != 0 || start / s->stride_h >= s->out_h) {
                    continue;
                }
                const int32_t oh = start / s->stride_h;
                const int32_t down = top - exponents[n * s->out_h + oh] - s->guard;
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
                    const te_mantissa_t *from = &dy[(n * s->out_h + oh) * out_block + ow * s->channels];
                    for (int32_t kw = columns.first; kw < columns.end; kw++) {
                        te_wide *to = &row[(left + kw * s->dilation_w) * s->channels];
                        for (int32_t c = 0; c < s->channels; c++) {
                            to[c] += te_block_align(from[c], down) * share;
                        }
                    }
                }
            }
            te_block_store(row, block, s->channels, factor, top - s->guard - s->reciprocal + s->exponent,
                           &dx[(n * s->in_h + ih) * block], &dx_exponents[n * s->in_h + ih]);
        }
    }
}

#endif
