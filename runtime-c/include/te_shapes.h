/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The parameters of each kernel family. Layout is NHWC; convolution weights are [out_c][kernel_h][kernel_w][in_c/groups],
 * dense weights [out][in]. Codes stand for real = scale*(code - zero). */
#ifndef TE_SHAPES_H
#define TE_SHAPES_H

#include <stdint.h>

#define TE_CONV2D_EXTENTS                                                                                              \
    int32_t batch, in_h, in_w, in_c, out_h, out_w, out_c, kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left,   \
        dilation_h, dilation_w, groups

#define TE_UPDATE_RULE                                                                                                 \
    int32_t tensor, rule;       /* key of the generator; TE_RULE_... */                                                \
    float rate, momentum, decay /* factor on the learning rate; of the velocity; pull towards zero */

/* The rows of the result that a row form makes, first .. end-1, and the rows that the buffers of its first operand and of its result
 * hold: row i lies at row i % x_ring or i % y_ring. Rows count through all images. A mask and any other operand hold all rows. */
typedef struct te_row_range {
    int32_t first, end;
    int32_t x_ring, y_ring;
} te_row_range;

/* A function of its own in the machine code too: taken into the loops of its caller it would keep addresses in their frame. */
#ifdef __GNUC__
#define TE_OUT_OF_LINE __attribute__((noinline))
#else
#define TE_OUT_OF_LINE
#endif

/* C99 has no literal for infinity, and <math.h> is not needed for it. */
#define TE_INFINITY (1.0f / 0.0f)

/* Names for initializers that many structs have in common. The compiler writes a name for the fields that it lists; the first names
 * are taken first. */
#define TE_PLAIN .batch = 1, .stride_h = 1, .stride_w = 1, .dilation_h = 1, .dilation_w = 1, .groups = 1
#define TE_ONE_SAMPLE .batch = 1
#define TE_NO_STRIDE .stride_h = 1, .stride_w = 1
#define TE_NO_DILATION .dilation_h = 1, .dilation_w = 1
#define TE_NO_GROUPS .groups = 1
#define TE_POINTWISE .kernel_h = 1, .kernel_w = 1
#define TE_EVERY_STEP .every = 1, .rate = 1.0f
#define TE_FULL_RATE .rate = 1.0f
#define TE_REALS .x_scale = 1.0f, .y_scale = 1.0f
#define TE_UNCLAMPED .f_min = -TE_INFINITY, .f_max = TE_INFINITY

typedef struct te_conv2d {
    TE_CONV2D_EXTENTS;
    int32_t x_zero, y_zero, y_min, y_max; /* int8: zero points and the clamp in codes */
    float f_min, f_max;                   /* fp32: the clamp */
    int32_t part_c;                       /* weights in two arrays: input channels in the part */
} te_conv2d;

typedef struct te_conv2d_update {
    TE_CONV2D_EXTENTS;
    int32_t x_zero;
    float x_scale;  /* int8 x only */
    TE_UPDATE_RULE; /* not of the gradient alone */
} te_conv2d_update;

typedef struct te_dense {
    int32_t batch, in, out, x_zero, y_zero, y_min, y_max;
    float f_min, f_max;
    int32_t part_c; /* as in te_conv2d */
} te_dense;

typedef struct te_binary {
    int32_t d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2,
        b3; /* extents of the result, steps in the operands: te_broadcast.h */
    int32_t a_zero, b_zero, y_zero, y_min, y_max;
    float a_scale, b_scale,
        scale; /* int8 sum: scales of the operands / scale of the result; int8 product: their product / it */
    float f_min, f_max;
} te_binary;

/* Sum of two codes in integers, which the compiler has proved for all 65,536 pairs: (a*a_factor/2^8 + b*b_factor/2^8 + constant) >> 21,
 * each quotient rounded down. */
typedef struct te_dsp_add {
    int32_t count;
    int32_t a_factor, b_factor; /* scale * 2^29, positive */
    int32_t constant;           /* ((zero of y) - a_scale * (zero of a) - ..) * 2^21 + half */
} te_dsp_add;

/* Dimensions that are kept and dimensions that are folded into one, with the steps between their indexes. */
typedef struct te_reduce {
    int32_t keep0, keep1, keep0_step, keep1_step, fold0, fold1, fold0_step, fold1_step;
    int32_t divisor, x_zero, y_zero, y_min, y_max;
    float scale; /* int8: scale of the operand / (scale of the result * divisor) */
    float f_min, f_max;
} te_reduce;

typedef struct te_unary {
    int32_t count;
    float alpha, beta;
} te_unary;

typedef struct te_pool2d {
    int32_t batch, in_h, in_w, out_h, out_w, kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left, dilation_h,
        dilation_w, channels, count_include_pad, x_zero, y_zero, y_min, y_max;
    float x_scale, y_scale;
    int32_t partial_taps; /* averages: the taps that go to four partial sums (te_pool.h) */
} te_pool2d;

typedef struct te_softmax {
    int32_t rows, columns, x_zero, y_zero;
    float x_scale, y_scale;
} te_softmax;

typedef struct te_affine {
    int32_t count, zero, min, max;
    float scale;
} te_affine;

typedef struct te_rescale {
    int32_t count, x_zero, y_zero, y_min, y_max;
    float multiplier; /* scale of x / scale of y */
} te_rescale;

/* A box of a tensor of count elements: its element (i0, i1, i2, i3) is the tensor's start + i0*step0 + .. + i3*step3. */
typedef struct te_box {
    int32_t count, size0, size1, size2, size3, step0, step1, step2, step3, start;
    int32_t fill_code;
    float fill;
} te_box;

/* x is [size0][size1][size2][size3]; every element fills a box of factor0 x factor1 x factor2 x factor3 of the result. */
typedef struct te_upsample {
    int32_t size0, size1, size2, size3, factor0, factor1, factor2, factor3;
} te_upsample;

/* x seen as [outer][positions][groups][channels]; a group's statistics run over positions and channels. */
typedef struct te_normalize {
    int32_t outer, positions, groups, channels;
    float epsilon;
} te_normalize;

typedef struct te_clamp {
    int32_t count, min, max;
    float f_min, f_max;
} te_clamp;

typedef struct te_elements {
    int32_t count;
} te_elements;

typedef struct te_rows {
    int32_t rows, columns;
} te_rows;

typedef struct te_channels {
    int32_t outer, extent, inner, count; /* the axis has extent indices of inner elements; count of them are chosen */
} te_channels;

typedef struct te_loss {
    int32_t count;
    float hit, miss; /* cross-entropy: weight of the target class and of every other */
} te_loss;

typedef struct te_accumulate {
    int32_t count, every; /* elements; steps of one update */
} te_accumulate;

typedef struct te_clip {
    int32_t every;
    float norm;
} te_clip;

typedef struct te_sgd {
    int32_t count, per_channel, every; /* elements; elements of one channel; steps of one update */
    TE_UPDATE_RULE;
} te_sgd;

/* Gradients in block floating point (te_block.h). A sum is kept at 2^guard times the unit of the largest exponent that takes
 * part; exponent is the power of two that result, weights or factors still lack. in_pixels and out_pixels are the pixels of a block
 * of the map of that extent. */

typedef struct te_block_conv2d {
    TE_CONV2D_EXTENTS;
    int32_t guard, exponent, in_pixels, out_pixels;
    int32_t part_c; /* as in te_conv2d */
} te_block_conv2d;

typedef struct te_block_conv2d_update {
    TE_CONV2D_EXTENTS;
    int32_t x_zero, guard, out_pixels;
    float x_scale;
    TE_UPDATE_RULE; /* not of the gradient alone */
} te_block_conv2d_update;

typedef struct te_block_pool2d {
    int32_t batch, in_h, in_w, out_h, out_w, kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left, dilation_h,
        dilation_w, channels, count_include_pad, reciprocal, guard, exponent, in_pixels,
        out_pixels; /* shares are 2^reciprocal / taps */
} te_block_pool2d;

typedef struct te_block_rows {
    int32_t rows, blocks, columns, channels; /* rows, blocks of a row, elements of a block */
    int32_t guard, exponent, rescale;        /* whether the scale changes */
} te_block_rows;

#endif
