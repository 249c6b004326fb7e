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
    int32_t tensor, rule;        /* key of the generator; TE_RULE_... */                                               \
    float rate, momentum, decay  /* factor on the learning rate; of the velocity; pull towards zero */

typedef struct te_conv2d {
    TE_CONV2D_EXTENTS;
    int32_t x_zero, y_zero, y_min, y_max; /* int8: zero points and the clamp in codes */
    float f_min, f_max;                   /* fp32: the clamp */
} te_conv2d;

typedef struct te_conv2d_update {
    TE_CONV2D_EXTENTS;
    int32_t x_zero;
    float x_scale;
    TE_UPDATE_RULE;
} te_conv2d_update;

typedef struct te_dense {
    int32_t batch, in, out, x_zero, y_zero, y_min, y_max;
    float f_min, f_max;
} te_dense;

typedef struct te_add {
    int32_t count, a_zero, b_zero, y_zero, y_min, y_max;
    float a_scale, b_scale; /* scale of the operand / scale of the result */
    float f_min, f_max;
} te_add;

typedef struct te_pool2d {
    int32_t batch, in_h, in_w, out_h, out_w, kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left, dilation_h,
        dilation_w, channels, count_include_pad, x_zero, y_zero, y_min, y_max;
    float x_scale, y_scale;
} te_pool2d;

typedef struct te_softmax {
    int32_t rows, columns, x_zero, y_zero;
    float x_scale, y_scale;
} te_softmax;

typedef struct te_affine {
    int32_t count, zero, min, max;
    float scale;
} te_affine;

typedef struct te_clamp {
    int32_t count, min, max;
    float f_min, f_max;
} te_clamp;

typedef struct te_map {
    int32_t count;
} te_map;

typedef struct te_rows {
    int32_t rows, columns;
} te_rows;

typedef struct te_loss {
    int32_t count;
    float hit, miss; /* cross-entropy: weight of the target class and of every other */
} te_loss;

typedef struct te_conv2d_dw {
    TE_CONV2D_EXTENTS;
    int32_t x_zero;
    float x_scale;
} te_conv2d_dw;

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

#endif
