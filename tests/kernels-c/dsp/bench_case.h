/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Instructions of layers, from call to return, by the kernel that a compiler would choose. Operands are random. */
#ifndef BENCH_CASE_H
#define BENCH_CASE_H

#include <stdint.h>

/* What a wide kernel does besides; or the definition. */
enum { BENCH_PLAIN, BENCH_WIDE, BENCH_MASK, BENCH_BIAS_MASK, BENCH_REF };

typedef struct extents {
    int32_t h, w, in_c, out_c, kernel_h, kernel_w, stride, pad_top, pad_left, out_h, out_w;
} extents;

uint32_t count_pointwise(int32_t h, int32_t w, int32_t in_c, int32_t out_c, int32_t form);
uint32_t count_conv(const extents *e, int32_t form);
uint32_t count_depthwise(const extents *e, int32_t form);
uint32_t count_dense(int32_t in, int32_t out, int32_t form);
uint32_t count_add(int32_t count, int32_t form);
uint32_t count_pool(int32_t h, int32_t w, int32_t channels, int32_t form);

/* A square kernel with as much padding as keeps the extent at stride 1. */
extents square(int32_t h, int32_t w, int32_t in_c, int32_t out_c, int32_t kernel, int32_t stride);

#endif
