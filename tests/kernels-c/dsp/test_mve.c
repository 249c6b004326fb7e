/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Kernels for Helium against their references over random shapes. */
#include "board.h"
#include "conv_case.h"
#include "random.h"
#include "te_kernels.h"

#include <string.h>

#ifndef SHAPES
#define SHAPES 500
#endif

static uint32_t case_lines[1400];
static int32_t case_sums[CHANNELS + TAPS];

/* The table of a layer: first sums, then multipliers. */
static void fold(int32_t inputs, int32_t outputs, int32_t x_zero)
{
    for (int32_t oc = 0; oc < outputs; oc++) {
        int32_t sum = case_b[oc];
        for (int32_t i = 0; i < inputs; i++) {
            sum -= x_zero * case_w[oc * inputs + i];
        }
        case_table[oc] = (uint32_t)sum;
        memcpy(&case_table[outputs + oc], &case_m[oc], sizeof case_m[oc]);
    }
}

/* A clamp other than that of int8 for every fourth shape. */
static void clamp_some(int n, int32_t *y_min, int32_t *y_max)
{
    if (n % 4 == 1) {
        *y_min = random_between(-128, 20), *y_max = random_between(*y_min, 127);
    }
}

/* 1x1 kernels or any. */
static int test_conv(int pointwise)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        conv_case c;
        const int32_t plain = n % 2;
        do {
            conv_extents(&c, random_between(1, 7), random_between(1, 8), random_between(1, n % 10 == 9 ? 400 : 60),
                         random_between(1, 30), 1, 1, 0);
            if (n % 5 == 0) {
                c.s.in_c = 8 * random_between(1, 2);
            }
            if (n % 3 == 0) {
                c.s.out_c = (c.s.out_c + 7) / 8 * 8;
            }
            if (!pointwise) {
                te_conv2d *const s = &c.s;
                s->in_c = (s->in_c + 3) / 4;
                s->kernel_h = n % 3 == 0 ? 3 : random_between(1, 5), s->kernel_w = random_between(1, 5);
                s->stride_h = random_between(1, 3), s->stride_w = random_between(1, 3);
                s->dilation_h = n % 8 == 7 ? 2 : 1;
                s->pad_top = random_between(0, s->kernel_h - 1), s->pad_left = random_between(0, s->kernel_w - 1);
                s->out_h = (s->in_h + 2 * s->pad_top - (s->kernel_h - 1) * s->dilation_h - 1) / s->stride_h + 1;
                s->out_w = (s->in_w + s->pad_left + random_between(0, s->pad_left) - s->kernel_w) / s->stride_w + 1;
                if (s->in_h + 2 * s->pad_top <= (s->kernel_h - 1) * s->dilation_h
                    || s->in_w + s->pad_left < s->kernel_w) {
                    s->out_h = 0;
                }
            }
        } while (c.s.out_h < 1 || c.s.out_w < 1);
        c.s.batch = n % 7 == 6 ? 2 : 1;
        const int32_t inputs = c.s.kernel_h * c.s.kernel_w * c.s.in_c;
        conv_numbers(&c, inputs);
        clamp_some(n, &c.s.y_min, &c.s.y_max);
        c.masked = plain && n % 4 != 3;
        const int32_t *const b = plain && n % 6 == 5 ? NULL : case_b;
        for (int32_t oc = 0; plain && oc < c.s.out_c; oc += 3) {
            case_b[oc] = random_between(-0x40000000, 0x3fffffff) >> random_between(0, 20);
        }
        te_conv2d_i8_ref(&c.s, case_x, case_w, b, case_m, case_expected, c.masked ? case_mask_expected : NULL);
        conv_rows(&c, n % 4 == 0);
        conv_clear();
        const int8_t *const x = conv_operand(&c, CONV_PIXELS);
        if (plain) {
            te_conv2d_plain_i8_mve_rows(&c.s, &c.rows, x, case_w, b, case_m, &case_y[64],
                                        c.masked ? &case_mask[8] : NULL, case_sums);
        } else {
            fold(inputs, c.s.out_c, c.s.x_zero);
            te_conv2d_i8_mve_rows(&c.s, &c.rows, x, case_w, case_table, &case_y[64], case_scratch);
        }
        differ += conv_differs(&c, pointwise ? "pointwise" : "windows");
    }
    board_print("%s: %d of %d shapes differ\n", pointwise ? "pointwise" : "windows", differ, SHAPES);
    return differ;
}

static int test_dense(void)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        conv_case c;
        conv_extents(&c, 1, 1, random_between(1, n % 10 == 9 ? 700 : 80), random_between(1, 40), 1, 1, 0);
        c.s.batch = n % 3 == 2 ? random_between(2, 9) : 1;
        conv_numbers(&c, c.s.in_c);
        clamp_some(n, &c.s.y_min, &c.s.y_max);
        const te_dense s = {c.s.batch, c.s.in_c,  c.s.out_c, c.s.x_zero, c.s.y_zero,
                            c.s.y_min, c.s.y_max, 0.0f,      0.0f,       0};
        const int32_t plain = n % 2;
        c.masked = plain && n % 4 != 3;
        conv_rows(&c, 1);
        conv_clear();
        te_dense_i8_ref(&s, case_x, case_w, case_b, case_m, case_expected, c.masked ? case_mask_expected : NULL);
        if (plain) {
            te_dense_plain_i8_mve(&s, case_x, case_w, case_b, case_m, &case_y[64], c.masked ? &case_mask[8] : NULL,
                                  case_sums);
        } else {
            fold(s.in, s.out, s.x_zero);
            te_dense_i8_mve(&s, case_x, case_w, case_table, &case_y[64]);
        }
        differ += conv_differs(&c, "dense");
    }
    board_print("dense: %d of %d shapes differ\n", differ, SHAPES);
    return differ;
}

typedef void lines_kernel_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x, const uint32_t *table,
                               const int32_t *b, int8_t *y, uint8_t *mask, uint32_t *scratch);

static lines_kernel_rows *const depthwise[6] = {te_depthwise3s1_conv2d_i8_mve_rows, te_depthwise3s2_conv2d_i8_mve_rows,
                                                te_depthwise5s1_conv2d_i8_mve_rows, te_depthwise5s2_conv2d_i8_mve_rows,
                                                te_depthwise7s1_conv2d_i8_mve_rows, te_depthwise7s2_conv2d_i8_mve_rows};

/* The table of a depthwise layer. */
static void pack_lines(const te_conv2d *s, int32_t trained, int32_t turned)
{
    const int32_t kernel = s->kernel_h, lanes = kernel == 3 ? 4 : 8, c = s->out_c;
    int8_t *const to = (int8_t *)(case_packed + 2 * c + 1);
    memset(case_packed, 0, (size_t)(4 * (2 * c + 1) + (c * (kernel + 1) + 1) * lanes));
    for (int32_t oc = 0; oc < c; oc++) {
        int32_t sum = trained ? 0 : case_b[oc];
        for (int32_t i = 0; i < kernel * kernel; i++) {
            const int8_t w = case_w[oc * kernel * kernel + i];
            const int32_t column = turned ? i / kernel : i % kernel, row = turned ? i % kernel : i / kernel;
            to[(oc * (kernel + 1) + 1 + column) * lanes + row] = w;
            sum -= s->x_zero * w;
        }
        case_packed[2 * oc] = (uint32_t)sum;
        memcpy(&case_packed[2 * oc + 1], &case_m[oc], sizeof case_m[oc]);
    }
}

static int test_depthwise(void)
{
    int differ = 0;
    for (int n = 0; n < 2 * SHAPES; n++) {
        conv_case c;
        const int32_t kernel = 3 + n % 3 * 2, stride = 1 + n / 3 % 2;
        do {
            conv_extents(&c, random_between(1, 14), random_between(1, n % 10 == 9 ? 70 : 20), random_between(2, 40), 0,
                         kernel, stride, random_between(0, kernel - 1));
            if (n % 5 == 4) { /* uneven padding */
                c.s.pad_left = random_between(0, kernel - 1);
            } else if (n % 5 == 3 || n % 8 == 0) { /* of the operand's extent */
                c.s.pad_left = c.s.pad_top = kernel / 2;
                c.s.out_h = (c.s.in_h - 1) / stride + 1, c.s.out_w = (c.s.in_w - 1) / stride + 1;
            }
            if (n % 4 == 0) {
                c.s.in_c = (c.s.in_c + 7) / 8 * 8;
            }
        } while (c.s.in_h + 2 * c.s.pad_top < kernel || c.s.in_w + c.s.pad_left < kernel || c.s.out_w < 1);
        c.s.out_c = c.s.groups = c.s.in_c;
        c.s.batch = n % 7 == 6 ? 2 : 1;
        const int32_t trained = n % 5 < 2;
        conv_numbers(&c, kernel * kernel);
        clamp_some(n, &c.s.y_min, &c.s.y_max);
        c.masked = random_between(0, 1);
        const int32_t turned = kernel == 3 && stride == 1 && c.s.batch == 1 && n % 4 == 0;
        pack_lines(&c.s, trained, turned);
        for (int32_t oc = 0; trained && oc < c.s.out_c; oc += 3) {
            case_b[oc] = random_between(-0x40000000, 0x3fffffff) >> random_between(0, 20);
        }
        te_depthwise_conv2d_i8_ref(&c.s, case_x, case_w, case_b, case_m, case_expected,
                                   c.masked ? case_mask_expected : NULL);
        conv_rows(&c, n % 4 == 0);
        conv_clear();
        const int8_t *x = case_ring;
        if (n % 4 == 0 && stride == 1 && c.s.batch == 1 && c.s.in_h == c.s.out_h && c.s.in_w == c.s.out_w
            && (((c.s.out_w + 3) & ~3) - 1 + kernel) * (kernel == 3 ? 64 : 128) <= 4096) { /* in place */
            memcpy(&case_y[64], case_x, (size_t)(c.s.in_h * c.s.in_w * c.s.in_c));
            x = &case_y[64];
        }
        if (turned) {
            te_depthwise3s1_turned_conv2d_i8_mve(&c.s, x, case_packed, trained ? case_b : NULL, &case_y[64],
                                                 c.masked ? &case_mask[8] : NULL, case_lines);
            differ += conv_differs(&c, "depthwise turned");
            continue;
        }
        depthwise[kernel - 3 + stride - 1](&c.s, &c.rows, x, case_packed, trained ? case_b : NULL, &case_y[64],
                                           c.masked ? &case_mask[8] : NULL, case_lines);
        differ += conv_differs(&c, x == case_ring ? "depthwise" : "depthwise in place");
    }
    board_print("depthwise: %d of %d shapes differ\n", differ, 2 * SHAPES);
    return differ;
}

int main(void)
{
    const int differ = test_conv(1) + test_conv(0) + test_dense() + test_depthwise();
    board_exit(differ > 0);
}
