/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Instructions per multiplication of each kernel beside what must and should be reached. */
#include "bench_case.h"
#include "board.h"
#include "pack.h"

static const char *const forms[] = {"", " wide", " mask", " bias and mask"};

static void report(const char *name, const extents *e, int32_t form, uint32_t instructions, int32_t products,
                   const char *bar)
{
    board_print("%s %dx%d %d->%d kernel %d stride %d%s: %u instructions, %f per MAC%s\n", name, e->h, e->w, e->in_c,
                e->out_c, e->kernel_h, e->stride, forms[form], instructions, (double)instructions / products, bar);
}

static void pointwise(int32_t h, int32_t w, int32_t in_c, int32_t out_c, int32_t form, const char *bar)
{
    const extents e = square(h, w, in_c, out_c, 1, 1);
    report("1x1", &e, form, count_pointwise(h, w, in_c, out_c, form), h * w * in_c * out_c, bar);
}

static void conv(int32_t h, int32_t w, int32_t in_c, int32_t out_c, int32_t kernel, int32_t stride, const char *bar)
{
    const extents e = square(h, w, in_c, out_c, kernel, stride);
    report("conv", &e, BENCH_PLAIN, count_conv(&e, BENCH_PLAIN), e.out_h * e.out_w * out_c * kernel * kernel * in_c,
           bar);
}

static void depthwise(int32_t h, int32_t w, int32_t channels, int32_t kernel, int32_t stride, int32_t form,
                      const char *bar)
{
    const extents e = square(h, w, channels, channels, kernel, stride);
    report("depthwise", &e, form, count_depthwise(&e, form), e.out_h * e.out_w * channels * kernel * kernel, bar);
}

static void dense(int32_t in, int32_t out, const char *bar)
{
    const extents e = square(1, 1, in, out, 1, 1);
    report("dense", &e, BENCH_PLAIN, count_dense(in, out, BENCH_PLAIN), in * out, bar);
}

int main(void)
{
    pack_proves = 0;
    pointwise(16, 16, 16, 96, BENCH_PLAIN, " (1.5 / 1.2)");
    pointwise(16, 16, 96, 24, BENCH_PLAIN, " (1.0 / 0.85)");
    pointwise(16, 16, 240, 40, BENCH_PLAIN, " (1.0 / 0.85)");
    pointwise(16, 16, 24, 120, BENCH_PLAIN, "");
    pointwise(16, 16, 120, 24, BENCH_PLAIN, " (1.0 / 0.85)");
    pointwise(8, 8, 48, 192, BENCH_PLAIN, "");
    pointwise(8, 8, 48, 192, BENCH_WIDE, "");
    pointwise(8, 8, 48, 192, BENCH_MASK, "");
    pointwise(8, 8, 48, 192, BENCH_BIAS_MASK, "");
    pointwise(8, 8, 192, 48, BENCH_PLAIN, " (1.0 / 0.85)");
    pointwise(8, 8, 192, 48, BENCH_BIAS_MASK, "");
    pointwise(4, 4, 96, 384, BENCH_PLAIN, " (1.0 / 0.85)");
    pointwise(4, 4, 384, 96, BENCH_PLAIN, " (1.0 / 0.85)");
    pointwise(4, 4, 576, 160, BENCH_PLAIN, " (1.0 / 0.85)");
    pointwise(64, 64, 16, 8, BENCH_PLAIN, " (1.5 / 1.2)");
    pointwise(64, 64, 8, 32, BENCH_PLAIN, " (2.0 / 1.6)");
    pointwise(32, 32, 16, 48, BENCH_PLAIN, " (1.5 / 1.2)");
    pointwise(32, 32, 48, 16, BENCH_PLAIN, "");
    conv(32, 32, 16, 16, 3, 1, " (1.05 / 0.9)");
    conv(16, 16, 32, 32, 3, 1, " (1.05 / 0.9)");
    conv(8, 8, 64, 64, 3, 1, " (1.05 / 0.9)");
    conv(128, 128, 3, 16, 3, 2, " (1.35 / 1.2)");
    conv(32, 32, 16, 32, 1, 2, "");
    dense(640, 128, "");
    dense(128, 128, "");
    dense(320, 10, "");
    board_print("add: %f an element (7.5)\n", (double)count_add(16384, BENCH_PLAIN) / 16384);
    board_print("average of a map 25x5x64: %f an element\n", (double)count_pool(25, 5, 64, BENCH_PLAIN) / 8000);
    depthwise(64, 64, 16, 3, 1, BENCH_PLAIN, " (2.4 / 1.8)");
    depthwise(32, 32, 48, 3, 1, BENCH_PLAIN, " (2.4 / 1.8)");
    depthwise(16, 16, 96, 3, 1, BENCH_PLAIN, " (2.4 / 1.8)");
    depthwise(8, 8, 240, 3, 1, BENCH_PLAIN, " (2.4 / 1.8)");
    depthwise(8, 8, 240, 3, 1, BENCH_WIDE, "");
    depthwise(8, 8, 240, 3, 1, BENCH_MASK, "");
    depthwise(8, 8, 240, 3, 1, BENCH_BIAS_MASK, "");
    depthwise(4, 4, 576, 3, 1, BENCH_PLAIN, "");
    depthwise(64, 64, 32, 3, 2, BENCH_PLAIN, " (3.2 / 2.7)");
    depthwise(32, 32, 48, 3, 2, BENCH_PLAIN, " (3.2 / 2.7)");
    depthwise(16, 16, 96, 3, 2, BENCH_PLAIN, " (3.2 / 2.7)");
    depthwise(8, 8, 240, 3, 2, BENCH_PLAIN, " (3.2 / 2.7)");
    depthwise(8, 8, 160, 5, 1, BENCH_PLAIN, " (1.7 / 1.4)");
    depthwise(4, 4, 384, 5, 1, BENCH_PLAIN, " (1.7 / 1.4)");
    depthwise(8, 8, 160, 7, 1, BENCH_PLAIN, " (1.45 / 1.1)");
    depthwise(8, 8, 240, 7, 2, BENCH_PLAIN, " (1.45 / 1.1)");
    depthwise(32, 32, 48, 7, 2, BENCH_PLAIN, " (1.45 / 1.1)");
    depthwise(25, 5, 64, 3, 1, BENCH_PLAIN, "");
    return 0;
}
