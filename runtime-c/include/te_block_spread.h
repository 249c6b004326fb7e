/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* How a window operator spreads a gradient in blocks over its input: which blocks of the gradient reach a block of the input. */
#ifndef TE_BLOCK_SPREAD_H
#define TE_BLOCK_SPREAD_H

#include "te_block.h"
#include "te_row_range.h"
#include "te_shapes.h"

/* The output row in a ring that kernel row kh spreads over input row ih of image n, or -1. */
static inline int32_t te_spread_row(int32_t n, int32_t ih, int32_t kh, int32_t out_h, int32_t stride_h, int32_t pad_top,
                                    int32_t dilation_h, int32_t ring)
{
    const int32_t start = ih + pad_top - kh * dilation_h;
    return start >= 0 && start % stride_h == 0 && start / stride_h < out_h ? (n * out_h + start / stride_h) % ring : -1;
}

/* The blocks, of this number of pixels, in which a span of pixels lies. */
static inline te_span te_blocks_of(te_span columns, int32_t pixels)
{
    te_span span;
    span.first = columns.first / pixels;
    span.end = columns.first < columns.end ? (columns.end - 1) / pixels + 1 : span.first;
    return span;
}

/* The pixels of a block that lie in a span of pixels. */
static inline te_span te_pixels_of(te_span columns, int32_t block, int32_t pixels)
{
    te_span span;
    span.first = columns.first > block * pixels ? columns.first : block * pixels;
    span.end = columns.end < (block + 1) * pixels ? columns.end : (block + 1) * pixels;
    return span;
}

/* The larger one of an exponent and those of some blocks; x is the block before which they are counted. */
static inline int32_t te_block_top(int32_t top, const te_mantissa_t *x, te_span blocks, int32_t mantissas)
{
    for (int32_t b = blocks.first; b < blocks.end; b++) {
        const int32_t exponent = x[te_block_at(b, mantissas)];
        top = exponent > top ? exponent : top;
    }
    return top;
}

#endif
