/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Kernels against their references over random shapes. */
#include "board.h"
#include "conv_case.h"
#include "pack.h"
#include "random.h"
#include "te_dsp_wide.h"
#include "te_kernels.h"

#include <string.h>

#ifndef SHAPES
#define SHAPES 500
#endif
#ifndef WITH_MVE
#define WITH_MVE 0 /* cores with Helium compare its kernels too, where tests do not differ */
#endif

static void whole_rows(conv_case *c)
{
    const te_row_range all = {0, c->s.out_h, c->s.in_h, c->s.out_h};
    c->rows = all;
}

static layer layer_of(const conv_case *c, int32_t inputs, int32_t groups)
{
    const layer l = {c->s.out_c, inputs, groups, c->s.x_zero, c->s.y_zero, case_taps,
                     case_w,     case_b, case_m, -128,        127};
    return l;
}

static int test_pointwise(void)
{
    int differ = 0, channels = 0, proved = 0;
    for (int n = 0; n < SHAPES; n++) {
        conv_case c;
        const int32_t large = n % 10 == 9;
        conv_extents(&c, random_between(1, 6), random_between(1, 7),
                     random_between(1, large        ? 512
                                       : n % 3 == 1 ? 25
                                                    : 70),
                     random_between(1, 40), 1, 1, 0);
        if (n % 2 == 0) {
            c.s.in_c = (c.s.in_c + 3) / 4 * 4;
        }
        c.s.batch = n % 7 == 6 ? 2 : 1;
        conv_numbers(&c, c.s.in_c);
        for (int32_t i = 0; i < TAPS; i++) {
            case_taps[i] = (int16_t)(i < c.s.in_c ? i : -1);
        }
        const layer l = layer_of(&c, c.s.in_c, (c.s.in_c + 3) / 4);
        c.packed_words = pack_pairs(&l, case_packed, &c.proved);
        if (c.packed_words == 0) {
            board_print("not packed\n");
            return 1;
        }
        channels += c.s.out_c, proved += c.proved;
        te_conv2d_i8_ref(&c.s, case_x, case_w, case_b, case_m, case_expected, NULL);
        conv_rows(&c, n % 4 == 0);
        conv_clear();
        const int8_t *const x = conv_operand(&c, CONV_PIXELS);
        (n % 3 == 0 ? te_pointwise_conv2d_i8_dsp_rows : pointwise_kernel(c.s.in_c))(&c.s, &c.rows, x, case_packed,
                                                                                    &case_y[64], case_scratch);
        differ += conv_differs(&c, "pointwise");
    }
    board_print("pointwise: %d of %d shapes differ; %d of %d channels in integers\n", differ, SHAPES, proved, channels);
    return differ;
}

/* wide: with any clamp, masks, trained biases. */
static int test_depthwise(int wide)
{
    int differ = 0, channels = 0, proved = 0;
    for (int n = 0; n < SHAPES; n++) {
        conv_case c;
        const int32_t kernel = 3 + n % 3 * 2, stride = 1 + n / 3 % 2, large = n % 10 == 9;
        const int32_t mask = wide && n % 2 == 0, trained = wide && n % 5 < 2;
        do {
            const int32_t tall = kernel == 3 && stride == 1; /* columns are made by fours there */
            conv_extents(&c, random_between(1, tall ? 40 : 20),
                         random_between(1, large  ? 60
                                           : tall ? 11
                                                  : 20),
                         random_between(4, 22), 0, kernel, stride, random_between(0, kernel - 1));
            if (n % 4 < 2) {
                c.s.in_c = (c.s.in_c + 3) / 4 * 4;
            }
            if (mask && n % 3 != 0) {
                c.s.in_c = (c.s.in_c + 7) / 8 * 8;
            }
            if (n % 5 == 4) { /* uneven padding */
                c.s.pad_left = random_between(0, kernel - 1);
            }
        } while (c.s.in_h + 2 * c.s.pad_top < kernel || c.s.in_w + c.s.pad_left < kernel || c.s.out_w < 1
                 || depthwise_kernel(&c.s) == 0);
        c.s.out_c = c.s.groups = c.s.in_c;
        c.s.batch = n % 7 == 6 ? 2 : 1;
        conv_numbers(&c, kernel * kernel);
        if (wide && n % 4 == 1) {
            c.s.y_min = random_between(-128, 20), c.s.y_max = random_between(c.s.y_min, 127);
        }
        c.masked = mask;
        layer l = layer_of(&c, kernel * kernel, 0);
        l.b = trained ? NULL : case_b;
        l.low = c.s.y_min, l.high = c.s.y_max;
        proved += pack_depthwise(&l, trained, case_table);
        for (int32_t oc = 0; trained && oc < c.s.out_c; oc += 3) {
            case_b[oc] = random_between(-0x40000000, 0x3fffffff) >> random_between(0, 20);
        }
        channels += c.s.out_c;
        te_depthwise_conv2d_i8_ref(&c.s, case_x, case_w, case_b, case_m, case_expected,
                                   mask ? case_mask_expected : NULL);
        conv_rows(&c, n % 4 == 0);
        conv_clear();
        const int8_t *const x = conv_operand(&c, CONV_CHANNELS);
        if (wide) {
            depthwise_wide_kernel (&c.s)(&c.s, &c.rows, x, case_w, case_table, trained ? case_b : NULL, &case_y[64],
                                         mask ? &case_mask[8] : NULL, case_scratch);
        } else {
            depthwise_kernel (&c.s)(&c.s, &c.rows, x, case_w, case_table, &case_y[64], case_scratch);
        }
        differ += conv_differs(&c, wide ? "wide depthwise" : "depthwise");
    }
    board_print("%sdepthwise: %d of %d shapes differ; %d of %d channels in integers\n", wide ? "wide " : "", differ,
                SHAPES, proved, channels);
    return differ;
}

static int test_conv(void)
{
    int differ = 0, channels = 0;
    int32_t proved = 0;
    for (int n = 0; n < SHAPES; n++) {
        conv_case c;
        int32_t groups, run;
        do {
            conv_extents(&c, random_between(1, 9), random_between(1, 9), random_between(1, n % 3 == 0 ? 5 : 20),
                         random_between(1, 20), 1, 1, 0);
            if (n % 3 == 1) {
                c.s.in_c = (c.s.in_c + 3) / 4 * 4;
            }
            c.s.kernel_h = random_between(1, 7), c.s.kernel_w = random_between(1, 7);
            if (n % 6 == 0) { /* first layers */
                c.s.in_c = c.s.kernel_h = c.s.kernel_w = 3;
            }
            c.s.stride_h = random_between(1, 3), c.s.stride_w = random_between(1, 3);
            c.s.pad_top = random_between(0, c.s.kernel_h - 1), c.s.pad_left = random_between(0, c.s.kernel_w - 1);
            c.s.dilation_h = random_between(1, 2);
            const int32_t tall =
                c.s.in_h + c.s.pad_top + random_between(0, 2) - (c.s.kernel_h - 1) * c.s.dilation_h - 1;
            const int32_t long_ = c.s.in_w + c.s.pad_left + random_between(0, 2) - c.s.kernel_w;
            c.s.out_h = tall < 0 ? 0 : tall / c.s.stride_h + 1, c.s.out_w = long_ < 0 ? 0 : long_ / c.s.stride_w + 1;
            run = c.s.kernel_w * c.s.in_c;
            groups = window_taps(c.s.kernel_h, run, case_taps);
        } while (c.s.out_h < 1 || c.s.out_w < 1 || groups > 120
                 || (c.s.in_c % 4 != 0 && (run > 64 || c.s.kernel_h * (run % 4) > 16)));
        c.s.batch = n % 7 == 6 ? 2 : 1;
        conv_numbers(&c, c.s.kernel_h * run);
        const layer l = layer_of(&c, c.s.kernel_h * run, groups);
        if (pack_pairs(&l, case_packed, &proved) == 0) {
            board_print("not packed\n");
            return 1;
        }
        channels += c.s.out_c;
        te_conv2d_i8_ref(&c.s, case_x, case_w, case_b, case_m, case_expected, NULL);
        conv_rows(&c, n % 4 == 0);
        conv_clear();
        const int8_t *const x = conv_operand(&c, CONV_PIXELS);
        (n % 12 == 0 ? te_conv2d_3x3x3_i8_dsp_rows : te_conv2d_i8_dsp_rows)(&c.s, &c.rows, x, case_packed, &case_y[64],
                                                                            case_scratch);
        differ += conv_differs(&c, "conv");
    }
    board_print("conv: %d of %d shapes differ; %d of %d channels in integers\n", differ, SHAPES, proved, channels);
    return differ;
}

/* Any clamp, masks, trained biases, many inputs. */
static int test_wide(void)
{
    int differ = 0, channels = 0;
    int32_t proved = 0;
    for (int n = 0; n < SHAPES; n++) {
        conv_case c;
        int32_t groups, run;
        const int32_t mask = n % 2, trained = n % 3 == 0, many = n % 10 == 9;
        do {
            conv_extents(&c, random_between(1, 7), random_between(1, 7), random_between(1, many ? 100 : 20),
                         random_between(1, n % 20 == 18 ? 150 : 20), many ? 3 : random_between(1, 3),
                         random_between(1, 2), random_between(0, 1));
            if (n % 3 != 1 || many) {
                c.s.in_c = (c.s.in_c + 3) / 4 * 4;
            }
            if (mask && n % 3 != 0) {
                c.s.out_c = (c.s.out_c + 7) / 8 * 8;
            }
            run = c.s.kernel_w * c.s.in_c;
            groups = window_taps(c.s.kernel_h, run, case_taps);
        } while (c.s.in_h + 2 * c.s.pad_top < c.s.kernel_h || c.s.in_w + 2 * c.s.pad_left < c.s.kernel_w
                 || (c.s.in_c % 4 != 0 && (run > 64 || c.s.kernel_h * (run % 4) > 16)));
        c.s.batch = n % 7 == 6 ? 2 : 1;
        conv_numbers(&c, c.s.kernel_h * run);
        c.masked = mask;
        if (n % 4 == 1) {
            c.s.y_min = random_between(-128, 20), c.s.y_max = random_between(c.s.y_min, 127);
        }
        layer l = layer_of(&c, c.s.kernel_h * run, groups);
        l.b = trained ? NULL : case_b;
        l.low = c.s.y_min, l.high = c.s.y_max;
        if (pack_wide(&l, trained, case_packed, &proved) == 0) {
            board_print("not packed\n");
            return 1;
        }
        for (int32_t oc = 0; trained && oc < c.s.out_c; oc += 3) {
            case_b[oc] = random_between(-0x40000000, 0x3fffffff) >> random_between(0, 20);
        }
        channels += c.s.out_c;
        te_conv2d_i8_ref(&c.s, case_x, case_w, case_b, case_m, case_expected, mask ? case_mask_expected : NULL);
        conv_rows(&c, n % 4 == 0);
        conv_clear();
        const int8_t *const x =
            conv_operand(&c, groups <= TE_DSP_PIECE || c.s.out_c <= TE_DSP_CHUNK ? CONV_PIXELS : CONV_APART);
        const int32_t again = groups > TE_DSP_PIECE && c.s.out_c > TE_DSP_CHUNK;
        (again ? te_conv2d_wide_many_i8_dsp_rows
               : te_conv2d_wide_i8_dsp_rows)(&c.s, &c.rows, x, case_packed, trained ? case_b : NULL, &case_y[64],
                                             mask ? &case_mask[8] : NULL, case_scratch);
        differ += conv_differs(&c, "wide");
    }
    board_print("wide: %d of %d shapes differ; %d of %d channels in integers\n", differ, SHAPES, proved, channels);
    return differ;
}

static int test_dense(void)
{
    int differ = 0, channels = 0;
    int32_t proved = 0;
    for (int n = 0; n < SHAPES; n++) {
        conv_case c;
        conv_extents(&c, 1, 1, random_between(1, n % 10 == 9 ? 700 : 70), random_between(1, 40), 1, 1, 0);
        conv_numbers(&c, c.s.in_c);
        te_dense s = {random_between(1, 3), c.s.in_c, c.s.out_c, c.s.x_zero, c.s.y_zero, -128, 127, 0.0f, 0.0f, 0};
        random_codes(case_x, s.batch * s.in, -128);
        for (int32_t i = 0; i < TAPS; i++) {
            case_taps[i] = (int16_t)(i < c.s.in_c ? i : -1);
        }
        const layer l = layer_of(&c, s.in, (s.in + 3) / 4);
        if (pack_dense(&l, case_packed, &proved) == 0) {
            board_print("not packed\n");
            return 1;
        }
        channels += s.out;
        te_dense_i8_ref(&s, case_x, case_w, case_b, case_m, case_expected, NULL);
        c.s.in_h = c.s.out_h = s.batch;
        whole_rows(&c);
        conv_clear();
        te_dense_i8_dsp(&s, case_x, case_packed, &case_y[64], case_scratch);
        differ += conv_differs(&c, "dense");
    }
    board_print("dense: %d of %d shapes differ; %d of %d channels in integers\n", differ, SHAPES, proved, channels);
    return differ;
}

#if WITH_MVE
#define ADD(name, ...) (mve ? name##_mve(__VA_ARGS__) : name##_dsp(__VA_ARGS__))
#else
#define ADD(name, ...) name##_dsp(__VA_ARGS__)
#endif

static int test_add(void)
{
    int differ = 0, proved = 0;
    for (int n = 0; n < SHAPES; n++) {
        conv_case c;
        conv_extents(&c, random_between(1, 5), random_between(1, 5), random_between(1, 40), 0, 1, 1, 0);
        c.s.out_c = c.s.in_c;
        const int32_t count = c.s.in_h * c.s.in_w * c.s.in_c;
        te_binary s = {1,
                       1,
                       1,
                       count,
                       0,
                       0,
                       0,
                       1,
                       0,
                       0,
                       0,
                       1,
                       random_between(-128, 127),
                       random_between(-128, 127),
                       random_between(-128, 127),
                       -128,
                       127,
                       (float)random_between(100000, 1999999) / 1234567.0f,
                       (float)random_between(100000, 1999999) / 1234567.0f,
                       0.0f,
                       0.0f,
                       0.0f};
        te_dsp_add add;
        if (!prove_add(&s, &add)) {
            continue;
        }
        proved++;
        random_codes(case_x, count, -128);
        random_codes(case_w, count, -128);
        c.masked = n % 2;
        te_add_i8_ref(&s, case_x, case_w, case_expected, c.masked ? case_mask_expected : NULL);
        whole_rows(&c);
        for (int32_t mve = 0; mve <= WITH_MVE; mve++) {
            conv_clear();
            if (n % 3 == 0) { /* in place */
                memcpy(&case_y[64], case_x, (size_t)count);
            }
            const int8_t *const x = n % 3 == 0 ? &case_y[64] : case_x;
            if (c.masked) {
                ADD(te_add_masked_i8, &add, x, case_w, &case_y[64], &case_mask[8]);
            } else {
                ADD(te_add_i8, &add, x, case_w, &case_y[64]);
            }
            differ += conv_differs(&c, "add");
        }
    }
    board_print("add: %d of %d shapes differ; %d of %d sums in integers\n", differ, SHAPES, proved, SHAPES);
    return differ;
}

static int test_pools(void)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        conv_case c;
        const int32_t map = n % 3 == 0;
        do {
            conv_extents(&c, random_between(1, 9), random_between(1, 9), random_between(1, 20), 0, random_between(1, 3),
                         random_between(1, 3), random_between(0, 1));
        } while (!map && (c.s.in_h + 2 * c.s.pad_top < c.s.kernel_h || c.s.in_w + 2 * c.s.pad_left < c.s.kernel_w));
        c.s.out_c = c.s.in_c;
        if (map) {
            c.s.kernel_h = c.s.in_h, c.s.kernel_w = c.s.in_w, c.s.out_h = c.s.out_w = 1, c.s.pad_top = c.s.pad_left = 0;
        }
        c.s.batch = n % 7 == 6 ? 2 : 1;
        random_codes(case_x, c.s.batch * c.s.in_h * c.s.in_w * c.s.in_c, -128);
        const te_pool2d s = {c.s.batch,
                             c.s.in_h,
                             c.s.in_w,
                             c.s.out_h,
                             c.s.out_w,
                             c.s.kernel_h,
                             c.s.kernel_w,
                             c.s.stride_h,
                             c.s.stride_w,
                             c.s.pad_top,
                             c.s.pad_left,
                             1,
                             1,
                             c.s.in_c,
                             n % 2,
                             random_between(-128, 127),
                             random_between(-128, 127),
                             n % 5 == 0 ? -100 : -128,
                             127,
                             (float)random_between(100000, 1999999) / 1234567.0f,
                             (float)random_between(100000, 1999999) / 1234567.0f,
                             map ? c.s.in_h * c.s.in_w / 4 * 4 : 0};
        conv_rows(&c, n % 4 == 0);
        conv_clear();
#if WITH_MVE
        te_average_pool2d_i8_ref(&s, case_x, case_expected);
        te_average_pool2d_i8_mve_rows(&s, &c.rows, conv_operand(&c, CONV_PIXELS), &case_y[64]);
        differ += conv_differs(&c, "average");
        conv_clear();
#endif
        te_max_pool2d_i8_ref(&s, case_x, case_expected);
        te_max_pool2d_i8_dsp_rows(&s, &c.rows, conv_operand(&c, CONV_PIXELS), &case_y[64]);
        differ += conv_differs(&c, "max");
#if WITH_MVE
        conv_clear();
        te_max_pool2d_i8_mve_rows(&s, &c.rows, conv_operand(&c, CONV_PIXELS), &case_y[64]);
        differ += conv_differs(&c, "max");
#endif
    }
    board_print("pools: %d of %d shapes differ\n", differ, SHAPES);
    return differ;
}

static int test_quantize(void)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        conv_case c;
        conv_extents(&c, 1, 1, random_between(1, 300), 1, 1, 1, 0);
        c.s.out_c = c.s.in_c;
        const te_affine s = {c.s.in_c, random_between(-128, 127), n % 5 == 0 ? -100 : -128, 127,
                             (float)random_between(100000, 1999999) / 12345678.0f};
        float *const x = (float *)(void *)case_packed;
        for (int32_t i = 0; i < s.count; i++) {
            x[i] = i % 7 == 6 ? s.scale * ((float)random_between(-300, 300) + 0.5f)
                              : (float)random_between(-30000, 30000) / 1000.0f;
            if (i % 50 == 49) { /* what is no number, infinite or large */
                case_packed[i] = random_bits() << 31 | 0x7f000000u | (random_bits() & 0x00ffffffu);
            }
            if (i % 60 == 59) {
                case_packed[i] = random_bits() << 31 | 0x7f800000u;
            }
        }
        whole_rows(&c);
        conv_clear();
        te_quantize_f32_i8_ref(&s, x, case_expected, NULL);
        te_quantize_f32_i8_dsp(&s, x, &case_y[64]);
        differ += conv_differs(&c, "quantize");
    }
    board_print("quantize: %d of %d shapes differ\n", differ, SHAPES);
    return differ;
}

static int test_lookup(void)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        const te_elements s = {n};
        random_codes(case_w, 256, -128);
        random_codes(case_x, n, -128);
        te_lookup_i8_ref(&s, case_x, case_w, case_expected);
        te_lookup_i8_dsp(&s, case_x, case_w, case_y);
        differ += memcmp(case_y, case_expected, (size_t)n) != 0;
    }
    board_print("lookup: %d of %d shapes differ\n", differ, SHAPES);
    return differ;
}

int main(void)
{
    return test_quantize() + test_lookup() + test_pools() + test_add() + test_dense() + test_wide() + test_conv()
                       + test_depthwise(1) + test_depthwise(0) + test_pointwise()
                   == 0
               ? 0
               : 1;
}
