/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Register-tiled kernels against their references over random shapes, any clamp, with and without masks. */
#include "board.h"
#include "conv_case.h"
#include "random.h"
#include "te_kernels.h"
#include "te_math.h"
#include "te_tile_results.h"

#ifndef SHAPES
#define SHAPES 500
#endif

/* As many words as kernels.def says, behind them one that must stay. */
static int32_t scratch_words(const te_conv2d *s)
{
    const int32_t taps = s->kernel_h * s->kernel_w * s->in_c;
    const int32_t piece = taps < 64 ? taps : 64, group = taps > 64 || s->out_c < 16 ? s->out_c : 16;
    return 4 * (piece + group);
}

static void random_clamp(conv_case *c, int32_t n)
{
    c->masked = n % 2;
    if (n % 4 > 1) {
        c->s.y_min = random_between(-128, 20), c->s.y_max = random_between(c->s.y_min, 127);
    }
}

static int test_conv(int32_t pointwise)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        conv_case c;
        te_conv2d *const s = &c.s;
        do {
            conv_extents(&c, random_between(1, 9), random_between(1, 9), random_between(1, n % 3 == 0 ? 150 : 20),
                         random_between(1, n % 5 == 0 ? 70 : 20), 1, 1, 0);
            if (!pointwise) {
                s->in_c = n % 3 == 0 ? random_between(1, 4) : random_between(1, 24);
                s->kernel_h = random_between(1, 5), s->kernel_w = random_between(1, 5);
                s->stride_h = random_between(1, 3), s->stride_w = random_between(1, 3);
                s->pad_top = random_between(0, s->kernel_h - 1), s->pad_left = random_between(0, s->kernel_w - 1);
                s->dilation_h = random_between(1, 2), s->dilation_w = n % 4 == 0 ? 2 : 1;
                const int32_t tall =
                    s->in_h + s->pad_top + random_between(0, 2) - (s->kernel_h - 1) * s->dilation_h - 1;
                const int32_t wide =
                    s->in_w + s->pad_left + random_between(0, 2) - (s->kernel_w - 1) * s->dilation_w - 1;
                s->out_h = tall < 0 ? 0 : tall / s->stride_h + 1, s->out_w = wide < 0 ? 0 : wide / s->stride_w + 1;
            }
        } while (s->out_h < 1 || s->out_w < 1 || 4 * s->out_c + 256 > 1023);
        s->batch = n % 7 == 6 ? 2 : 1;
        conv_numbers(&c, s->kernel_h * s->kernel_w * s->in_c);
        random_clamp(&c, n);
        const int32_t *const b = n % 9 == 8 ? NULL : case_b;
        te_conv2d_i8_ref(s, case_x, case_w, b, case_m, case_expected, case_mask_expected);
        conv_rows(&c, n % 4 == 0);
        conv_clear();
        const int32_t words = scratch_words(s);
        case_scratch[words] = 77;
        const int8_t *const x = conv_operand(&c, s->dilation_w == 1 ? CONV_PIXELS : CONV_APART);
        te_conv2d_i8_tile_rows(s, &c.rows, x, case_w, b, case_m, &case_y[64], c.masked ? &case_mask[8] : NULL,
                               (int32_t *)case_scratch);
        differ += conv_differs(&c, pointwise ? "pointwise" : "conv");
        if (case_scratch[words] != 77) {
            board_print("%d words of scratch are not enough\n", words);
            differ++;
        }
    }
    board_print("%s: %d of %d shapes differ\n", pointwise ? "pointwise" : "conv", differ, SHAPES);
    return differ;
}

/* Sums near ties of many factors, and any sums. */
static int test_results(void)
{
    enum { TRIED = 50000 };
    int32_t wrong = 0;
    for (int32_t n = 0; n < TRIED; n++) {
        const uint32_t mantissa = n % 5 == 0   ? 0x7fffffu - (uint32_t)random_between(0, 600)
                                  : n % 5 == 1 ? (uint32_t)random_between(0, 255) << 15
                                               : (uint32_t)random_between(0, 0x7fffff);
        const float m = te_bits_float(mantissa | (uint32_t)random_between(n % 11 == 0 ? 60 : 100, 133) << 23);
        const te_tile_results_of o = {NULL,
                                      &m,
                                      random_between(-128, 127),
                                      n % 3 == 0 ? random_between(-128, 0) : -128,
                                      n % 3 == 1 ? random_between(1, 127) : 127,
                                      4};
        int32_t sums[4];
        int8_t codes[4], *const to[4] = {&codes[0], &codes[1], &codes[2], &codes[3]};
        for (int32_t p = 0; p < 4; p++) {
            const float near = ((float)random_between(-600, 600) + 0.5f) / m;
            sums[p] = n % 3 == 0 || near > 1e9f || near < -1e9f
                          ? random_between(-0x3fffffff, 0x3fffffff) >> random_between(0, 24)
                          : (int32_t)near + random_between(-2, 2);
        }
        te_tile_results(&o, sums, 0, 1, to);
        for (int32_t p = 0; p < 4; p++) {
            int8_t must;
            te_store_i8(&must, NULL, 0, te_scale(sums[p], m) + o.y_zero, o.y_min, o.y_max);
            if (codes[p] != must && wrong++ < 5) {
                board_print("%d times %u is %d, must be %d\n", sums[p], te_float_bits(m), codes[p], must);
            }
        }
    }
    board_print("results: %d of %d wrong\n", wrong, 4 * TRIED);
    return wrong;
}

static int test_depthwise(void)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        conv_case c;
        te_conv2d *const s = &c.s;
        do {
            conv_extents(&c, random_between(1, 11), random_between(1, 11), random_between(2, n % 5 == 0 ? 70 : 20), 1,
                         1, 1, 0);
            s->in_c = n % 2 == 0 ? (s->in_c + 3) / 4 * 4 : s->in_c;
            s->kernel_h = random_between(1, 7), s->kernel_w = n % 3 == 0 ? s->kernel_h : random_between(1, 7);
            s->stride_h = random_between(1, 3), s->stride_w = random_between(1, 3);
            s->pad_top = random_between(0, s->kernel_h - 1), s->pad_left = random_between(0, s->kernel_w - 1);
            s->dilation_h = random_between(1, 2), s->dilation_w = n % 4 == 0 ? 2 : 1;
            const int32_t tall = s->in_h + s->pad_top + random_between(0, 2) - (s->kernel_h - 1) * s->dilation_h - 1;
            const int32_t wide = s->in_w + s->pad_left + random_between(0, 2) - (s->kernel_w - 1) * s->dilation_w - 1;
            s->out_h = tall < 0 ? 0 : tall / s->stride_h + 1, s->out_w = wide < 0 ? 0 : wide / s->stride_w + 1;
        } while (s->out_h < 1 || s->out_w < 1);
        s->out_c = s->groups = s->in_c;
        s->batch = n % 7 == 6 ? 2 : 1;
        const int32_t taps = s->kernel_h * s->kernel_w;
        conv_numbers(&c, taps);
        random_clamp(&c, n);
        const int32_t *const b = n % 9 == 8 ? NULL : case_b;
        te_depthwise_conv2d_i8_ref(s, case_x, case_w, b, case_m, case_expected, case_mask_expected);
        conv_rows(&c, n % 4 == 0);
        conv_clear();
        const int32_t words = s->in_c + (16 * taps + 64) / (1 + (taps > 16));
        case_scratch[words] = 77;
        const int8_t *const x = conv_operand(&c, s->dilation_w == 1 ? CONV_PIXELS : CONV_APART);
        te_depthwise_conv2d_i8_tile_rows(s, &c.rows, x, case_w, b, case_m, &case_y[64], c.masked ? &case_mask[8] : NULL,
                                         (int32_t *)case_scratch);
        differ += conv_differs(&c, "depthwise");
        if (case_scratch[words] != 77) {
            board_print("%d words of scratch are not enough\n", words);
            differ++;
        }
    }
    board_print("depthwise: %d of %d shapes differ\n", differ, SHAPES);
    return differ;
}

static int test_dense(void)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        conv_case c;
        conv_extents(&c, 1, 1, random_between(1, n % 10 == 9 ? 700 : 70), random_between(1, 40), 1, 1, 0);
        conv_numbers(&c, c.s.in_c);
        random_clamp(&c, n);
        const te_dense s = {
            random_between(1, 3), c.s.in_c, c.s.out_c, c.s.x_zero, c.s.y_zero, c.s.y_min, c.s.y_max, 0.0f, 0.0f, 0};
        random_codes(case_x, s.batch * s.in, -128);
        const int32_t *const b = n % 9 == 8 ? NULL : case_b;
        te_dense_i8_ref(&s, case_x, case_w, b, case_m, case_expected, case_mask_expected);
        c.s.in_h = c.s.out_h = s.batch;
        conv_rows(&c, 1);
        conv_clear();
        te_dense_i8_tile(&s, case_x, case_w, b, case_m, &case_y[64], c.masked ? &case_mask[8] : NULL);
        differ += conv_differs(&c, "dense");
    }
    board_print("dense: %d of %d shapes differ\n", differ, SHAPES);
    return differ;
}

/* Sums that hit ties of their codes often: scales are simple fractions. */
static int test_average(void)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        conv_case c;
        te_conv2d *const s = &c.s;
        const int32_t map = n % 3 == 0;
        do {
            conv_extents(&c, random_between(1, 12), random_between(1, 12), random_between(1, 20), 0,
                         random_between(1, 3), random_between(1, 3), random_between(0, 1));
        } while (!map && (s->in_h + 2 * s->pad_top < s->kernel_h || s->in_w + 2 * s->pad_left < s->kernel_w));
        s->out_c = s->in_c;
        if (map) {
            s->kernel_h = s->in_h, s->kernel_w = s->in_w, s->out_h = s->out_w = 1, s->pad_top = s->pad_left = 0;
        }
        s->batch = n % 7 == 6 ? 2 : 1;
        random_codes(case_x, s->batch * s->in_h * s->in_w * s->in_c, n % 5 == 0 ? 100 : -128);
        const int32_t taps = s->kernel_h * s->kernel_w;
        const te_pool2d pool = {s->batch,
                                s->in_h,
                                s->in_w,
                                s->out_h,
                                s->out_w,
                                s->kernel_h,
                                s->kernel_w,
                                s->stride_h,
                                s->stride_w,
                                s->pad_top,
                                s->pad_left,
                                1,
                                1,
                                s->in_c,
                                n % 2,
                                random_between(-128, 127),
                                random_between(-128, 127),
                                n % 5 == 0 ? -100 : -128,
                                127,
                                (float)random_between(1, 9) / 70.0f * (float)(n % 2 == 0 ? taps : 1),
                                (float)random_between(1, 9) / 70.0f * (float)(n % 4 < 2 ? taps : 1),
                                map ? taps / 4 * 4 : 0};
        conv_rows(&c, n % 4 == 0);
        conv_clear();
        c.masked = 0;
        te_average_pool2d_i8_ref(&pool, case_x, case_expected);
        te_average_pool2d_i8_tile_rows(&pool, &c.rows, conv_operand(&c, CONV_PIXELS), &case_y[64]);
        differ += conv_differs(&c, "average");
    }
    board_print("average: %d of %d shapes differ\n", differ, SHAPES);
    return differ;
}

int main(void)
{
    return test_results() + test_conv(1) + test_conv(0) + test_depthwise() + test_dense() + test_average() == 0 ? 0 : 1;
}
