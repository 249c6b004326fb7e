/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A convolution with random numbers, its packing, and its rows in a ring. */
#ifndef CONV_CASE_H
#define CONV_CASE_H

#include "te_kernels.h"

/* Kernels with the same parameters. */
typedef void pairs_kernel(const te_conv2d *s, const int8_t *x, const uint32_t *w, int8_t *y, uint32_t *scratch);
typedef void pairs_kernel_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x, const uint32_t *w, int8_t *y,
                               uint32_t *scratch);
typedef void channels_kernel_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x, const int8_t *w,
                                  const uint32_t *table, int8_t *y, uint32_t *scratch);
typedef void channels_wide_kernel_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x, const int8_t *w,
                                       const uint32_t *table, const int32_t *b, int8_t *y, uint8_t *mask,
                                       uint32_t *scratch);

enum { MAP = 300000, WEIGHTS = 500000, CHANNELS = 2048, TAPS = 4096 };

typedef struct conv_case {
    te_conv2d s;
    te_row_range rows;
    int32_t packed_words, proved, masked;
    int32_t overlap; /* bytes from the result to the operand, -1 where they lie apart */
} conv_case;

extern int8_t case_x[MAP], case_ring[MAP], case_w[WEIGHTS], case_expected[MAP], case_y[MAP];
extern uint8_t case_mask[MAP / 8], case_mask_expected[MAP / 8];
extern int32_t case_b[CHANNELS];
extern float case_m[CHANNELS];
extern uint32_t case_packed[WEIGHTS], case_scratch[1024];
extern uint32_t case_table[4 * CHANNELS];
extern int16_t case_taps[TAPS];

/* The kernel that a compiler would choose. */
pairs_kernel_rows *pointwise_kernel(int32_t in_c);

channels_kernel_rows *depthwise_kernel(const te_conv2d *s);
channels_wide_kernel_rows *depthwise_wide_kernel(const te_conv2d *s);

/* Sets extents; the result is as large as stride and padding make it. */
void conv_extents(conv_case *c, int32_t h, int32_t w, int32_t in_c, int32_t out_c, int32_t kernel, int32_t stride,
                  int32_t pad);

/* Operands, multipliers that use the range of int8, biases. per_channel: taps of one output channel. */
void conv_numbers(conv_case *c, int32_t per_channel);

/* Chooses rows of the result, all or some, and rings for them; copies the operand rows that they need into the ring. */
void conv_rows(conv_case *c, int32_t all);

/* What a kernel reads before it writes: the window of a pixel, or a channel of the map, whose results may take its place. */
typedef enum conv_order { CONV_APART, CONV_PIXELS, CONV_CHANNELS } conv_order;

/* For one call that makes all: chooses where the operand lies, and returns it; apart from the results, or over them as far as the order
 * allows. To be called when the results are cleared. */
const int8_t *conv_operand(conv_case *c, conv_order order);

/* Makes the results and the mask ready to be written. */
void conv_clear(void);

/* The same rows of result and of the whole map that ref makes; prints and returns 1 where they differ. */
int conv_differs(const conv_case *c, const char *name);

#endif
