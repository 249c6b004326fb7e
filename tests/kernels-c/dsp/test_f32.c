/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Kernels of fp32 against their references over random shapes: equal bits. */
#include "board.h"
#include "random.h"
#include "random_f32.h"
#include "te_kernels.h"
#include "te_math.h"

#include <string.h>

#ifndef SHAPES
#define SHAPES 500
#endif

enum { X = 8192, W = 16384, Y = 8192 };

static float x[X], w[W], b[64], y[Y + 8], expected[Y + 8], ring[X];
static uint8_t mask[Y / 8 + 1], expected_mask[Y / 8 + 1];

static void clear(void)
{
    for (int32_t i = 0; i < Y + 8; i++) {
        y[i] = expected[i] = 12345.0f;
    }
    memset(mask, 0x5a, sizeof mask);
    memset(expected_mask, 0x5a, sizeof expected_mask);
}

static int32_t same_results(void)
{
    return same(y, expected, Y + 8) && memcmp(mask, expected_mask, sizeof mask) == 0;
}

static void random_range(float *min, float *max)
{
    *min = random_between(0, 2) == 0 ? -TE_INFINITY : random_between(0, 1) == 0 ? 0.0f : -5.0f;
    *max = random_between(0, 1) == 0 ? TE_INFINITY : 6.0f;
}

static int test_dense(void)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        te_dense s = {.batch = random_between(1, 3), .in = random_between(1, n % 4 == 0 ? 200 : 40)};
        s.out = random_between(8, 40);
        random_range(&s.f_min, &s.f_max);
        random_floats(x, s.batch * s.in);
        random_floats(w, s.out * s.in);
        random_floats(b, s.out);
        if (n % 5 == 0) {
            spoil(n % 2 == 0 ? x : w, s.in);
        }
        const float *const bias = n % 3 == 0 ? NULL : b;
        uint8_t *const bits = n % 2 == 0 ? NULL : mask;
        clear();
        te_dense_f32_ref(&s, x, w, bias, expected, bits == NULL ? NULL : expected_mask);
        te_dense_f32_dsp(&s, x, w, bias, y, bits);
        differ += same_results() ? 0 : 1;
    }
    board_print("dense: %d of %d shapes differ\n", differ, SHAPES);
    return differ;
}

/* Extents of a convolution that fit the arrays. */
static te_conv2d random_conv(int32_t least_out, int32_t most_kernel, int32_t depthwise)
{
    te_conv2d s;
    do {
        memset(&s, 0, sizeof s);
        s.batch = random_between(1, 5) == 1 ? 2 : 1;
        s.in_h = random_between(1, 9), s.in_w = random_between(1, 9);
        s.in_c = random_between(1, 20), s.out_c = depthwise ? s.in_c : random_between(least_out, 30);
        s.groups = depthwise ? s.in_c : 1;
        s.kernel_h = random_between(1, most_kernel), s.kernel_w = random_between(1, most_kernel);
        s.stride_h = random_between(1, 3), s.stride_w = random_between(1, 3);
        s.dilation_h = random_between(1, 4) == 1 ? 2 : 1, s.dilation_w = depthwise ? random_between(1, 2) : 1;
        s.pad_top = random_between(0, s.kernel_h), s.pad_left = random_between(0, s.kernel_w);
        const int32_t high = s.in_h + s.pad_top + random_between(0, s.kernel_h) - (s.kernel_h - 1) * s.dilation_h - 1;
        const int32_t wide = s.in_w + s.pad_left + random_between(0, s.kernel_w) - (s.kernel_w - 1) * s.dilation_w - 1;
        s.out_h = high < 0 ? 0 : high / s.stride_h + 1, s.out_w = wide < 0 ? 0 : wide / s.stride_w + 1;
    } while (s.out_h < 1 || s.out_w < 1 || s.batch * s.in_h * s.in_w * s.in_c > X
             || s.batch * s.out_h * s.out_w * s.out_c > Y || s.out_c * s.kernel_h * s.kernel_w * s.in_c / s.groups > W
             || (depthwise && s.groups == 1));
    random_range(&s.f_min, &s.f_max);
    return s;
}

/* Some rows of the result of one image, from a ring that holds no row more than needed; the other rows are those expected. */
static te_row_range random_rows(const te_conv2d *s)
{
    te_row_range r;
    const int32_t x_row = s->in_w * s->in_c;
    r.first = random_between(0, s->out_h - 1);
    r.end = random_between(r.first + 1, s->out_h);
    r.y_ring = s->out_h;
    const int32_t top = r.first * s->stride_h - s->pad_top;
    const int32_t bottom = (r.end - 1) * s->stride_h - s->pad_top + (s->kernel_h - 1) * s->dilation_h + 1;
    r.x_ring = bottom - top > s->in_h ? s->in_h : bottom - top;
    for (int32_t row = 0; row < s->in_h; row++) {
        if (row >= top && row < bottom) {
            memcpy(&ring[row % r.x_ring * x_row], &x[row * x_row], (size_t)x_row * sizeof(float));
        }
    }
    return r;
}

static int test_conv2d(void)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        const te_conv2d s = random_conv(8, n % 3 == 0 ? 1 : 5, 0);
        const int32_t y_row = s.out_w * s.out_c;
        random_floats(x, s.batch * s.in_h * s.in_w * s.in_c);
        random_floats(w, s.out_c * s.kernel_h * s.kernel_w * s.in_c);
        random_floats(b, s.out_c);
        if (n % 5 == 0) {
            spoil(n % 2 == 0 ? x : w, s.in_c);
        }
        const float *const bias = n % 3 == 0 ? NULL : b;
        uint8_t *const bits = n % 2 == 0 ? NULL : mask;
        clear();
        te_conv2d_f32_ref(&s, x, w, bias, expected, bits == NULL ? NULL : expected_mask);
        if (s.batch == 1 && bits == NULL) {
            const te_row_range r = random_rows(&s);
            memcpy(y, expected, sizeof y);
            random_floats(&y[r.first * y_row], (r.end - r.first) * y_row);
            te_conv2d_f32_dsp_rows(&s, &r, ring, w, bias, y, NULL);
        } else {
            te_conv2d_f32_dsp(&s, x, w, bias, y, bits);
        }
        differ += same_results() ? 0 : 1;
    }
    board_print("conv2d: %d of %d shapes differ\n", differ, SHAPES);
    return differ;
}

static int test_depthwise(void)
{
    static float scratch[32 * 26 * 8];
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        te_conv2d s;
        do {
            s = random_conv(8, 5, 1);
        } while (s.in_c < 8);
        const int32_t y_row = s.out_w * s.out_c;
        random_floats(x, s.batch * s.in_h * s.in_w * s.in_c);
        random_floats(w, s.out_c * s.kernel_h * s.kernel_w);
        random_floats(b, s.out_c);
        if (n % 5 == 0) {
            spoil(n % 2 == 0 ? x : w, s.in_c);
        }
        const float *const bias = n % 3 == 0 ? NULL : b;
        uint8_t *const bits = n % 2 == 0 ? NULL : mask;
        clear();
        te_depthwise_conv2d_f32_ref(&s, x, w, bias, expected, bits == NULL ? NULL : expected_mask);
        if (s.batch == 1 && bits == NULL) {
            const te_row_range r = random_rows(&s);
            memcpy(y, expected, sizeof y);
            random_floats(&y[r.first * y_row], (r.end - r.first) * y_row);
            te_depthwise_conv2d_f32_dsp_rows(&s, &r, ring, w, bias, y, NULL, scratch);
        } else {
            te_depthwise_conv2d_f32_dsp(&s, x, w, bias, y, bits, scratch);
        }
        differ += same_results() ? 0 : 1;
    }
    board_print("depthwise: %d of %d shapes differ\n", differ, SHAPES);
    return differ;
}

static int test_dx(void)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        const te_conv2d s = random_conv(1, n % 3 == 0 ? 1 : 5, 0);
        const int32_t dx_row = s.in_w * s.in_c;
        random_gradient(x, s.batch * s.out_h * s.out_w * s.out_c);
        random_floats(w, s.out_c * s.kernel_h * s.kernel_w * s.in_c);
        if (n % 5 == 0) {
            spoil(x, s.out_c);
        }
        clear();
        te_conv2d_dx_f32_f32_ref(&s, x, w, expected);
        if (n % 2 == 0) {
            te_conv2d_dx_f32_f32_dsp(&s, x, w, y);
        } else {
            const int32_t rows = s.batch * s.in_h;
            te_row_range r = {random_between(0, rows - 1), 0, s.batch * s.out_h, 0};
            r.end = random_between(r.first + 1, rows);
            r.y_ring = r.end - r.first;
            te_conv2d_dx_f32_f32_dsp_rows(&s, &r, x, w, ring);
            memcpy(y, expected, sizeof y);
            for (int32_t row = r.first; row < r.end; row++) {
                memcpy(&y[row * dx_row], &ring[row % r.y_ring * dx_row], (size_t)dx_row * sizeof(float));
            }
        }
        differ += same_results() ? 0 : 1;
    }
    board_print("conv2d_dx: %d of %d shapes differ\n", differ, SHAPES);
    return differ;
}

static te_conv2d_update update_of(const te_conv2d *c)
{
    const te_conv2d_update s = {.batch = c->batch,
                                .in_h = c->in_h,
                                .in_w = c->in_w,
                                .in_c = c->in_c,
                                .out_h = c->out_h,
                                .out_w = c->out_w,
                                .out_c = c->out_c,
                                .kernel_h = c->kernel_h,
                                .kernel_w = c->kernel_w,
                                .stride_h = c->stride_h,
                                .stride_w = c->stride_w,
                                .pad_top = c->pad_top,
                                .pad_left = c->pad_left,
                                .dilation_h = c->dilation_h,
                                .dilation_w = c->dilation_w,
                                .groups = c->groups,
                                .rate = random_between(1, 6) == 1 ? -1.0f : 0.5f,
                                .momentum = 0.9f,
                                .decay = random_between(1, 3) == 1 ? 0.25f : 0.0f};
    return s;
}

/* dense: one pixel and one tap. */
static int test_update(int dense)
{
    static float velocity[Y], velocity_expected[Y], row[2048];
    int differ = 0, dw_differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        te_conv2d c;
        int32_t count;
        do {
            c = random_conv(1, n % 3 == 0 ? 1 : 5, 0);
            if (dense) {
                const te_conv2d one = {.batch = 1,
                                       .in_h = 1,
                                       .in_w = 1,
                                       .in_c = random_between(1, 100),
                                       .out_h = 1,
                                       .out_w = 1,
                                       .out_c = random_between(1, 30),
                                       .kernel_h = 1,
                                       .kernel_w = 1,
                                       .stride_h = 1,
                                       .stride_w = 1,
                                       .dilation_h = 1,
                                       .dilation_w = 1,
                                       .groups = 1};
                c = one;
            }
            count = c.out_c * c.kernel_h * c.kernel_w * c.in_c;
        } while (count > Y);
        const te_conv2d_update s = update_of(&c);
        const float lr = (float)random_between(0, 5) / 16.0f;
        random_floats(x, s.batch * s.in_h * s.in_w * s.in_c);
        random_gradient(w, s.batch * s.out_h * s.out_w * s.out_c);
        clear();
        te_conv2d_dw_f32_f32_ref(&s, w, x, expected);
        te_conv2d_dw_f32_f32_dsp(&s, w, x, y);
        dw_differ += same_results() ? 0 : 1;
        random_floats(expected, count);
        memcpy(y, expected, sizeof y);
        random_floats(velocity, count);
        memcpy(velocity_expected, velocity, sizeof velocity);
        const int32_t moves = n % 4 == 0;
        te_conv2d_update_f32_f32_ref(&s, expected, w, x, &lr, NULL, NULL, moves ? velocity_expected : NULL, row);
        te_conv2d_update_f32_f32_dsp(&s, y, w, x, &lr, NULL, NULL, moves ? velocity : NULL, row);
        differ += same_results() && same(velocity, velocity_expected, Y) ? 0 : 1;
    }
    board_print("%s: %d of %d shapes differ, dW %d\n", dense ? "dense update" : "conv2d_update", differ, SHAPES,
                dw_differ);
    return differ + dw_differ;
}

int main(void)
{
    return test_dense() + test_conv2d() + test_depthwise() + test_dx() + test_update(0) + test_update(1) != 0;
}
