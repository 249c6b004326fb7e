/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Kernels of real gradients in networks of codes against their references over random shapes: equal bits. */
#include "board.h"
#include "random_f32.h"
#include "te_dsp_gradient.h"
#include "te_kernels.h"
#include "te_update.h"

#include <string.h>

#ifndef SHAPES
#define SHAPES 500
#endif

enum { DY = 16384, W = 32768, DX = 16384, CHANNELS = 256, SCRATCH = 8192 };

static float dy[DY], ring[DY], dx[DX + 8], expected[DX + 8], scale[CHANNELS], scratch[SCRATCH];
static int8_t w[W], part[W];
static int16_t channels[CHANNELS];

/* Every fourth one is zero. */
static void random_weights(int8_t *to, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        to[i] = (int8_t)(random_between(0, 3) == 0 ? 0 : random_between(-128, 127));
    }
}

static void random_scales(int32_t count)
{
    for (int32_t c = 0; c < count; c++) {
        scale[c] = (float)random_between(1, 1 << 20) / (float)(1 << random_between(10, 30));
    }
}

/* An order of channels, or none. */
static const int16_t *random_order(int32_t count)
{
    for (int32_t c = 0; c < count; c++) {
        const int32_t other = random_between(0, c);
        channels[c] = channels[other];
        channels[other] = (int16_t)c;
    }
    return random_between(0, 1) == 0 ? NULL : channels;
}

/* Gradients, some of them large or no numbers. */
static void random_dy(const te_conv2d *s, int n)
{
    random_gradient(dy, s->batch * s->out_h * s->out_w * s->out_c);
    if (n % 5 == 0) {
        spoil(dy, s->out_c);
    }
}

/* Some rows of the result: those of dy that they need, in a ring that holds no more, and the room for no more rows of dx. */
static te_row_range random_rows(const te_conv2d *s)
{
    const int32_t rows = s->batch * s->in_h, dy_row = s->out_w * s->out_c;
    te_row_range r = {random_between(0, rows - 1), 0, s->batch * s->out_h, 0};
    r.end = random_between(r.first + 1, rows);
    r.y_ring = random_between(r.end - r.first, rows);
    if (s->kernel_h == 1 && s->stride_h == 1 && s->pad_top == 0 && s->out_h == s->in_h) {
        r.x_ring = random_between(r.end - r.first, rows);
    }
    for (int32_t row = 0; row < s->batch * s->out_h; row++) {
        if (r.x_ring == s->batch * s->out_h || (row >= r.first && row < r.end)) {
            memcpy(&ring[row % r.x_ring * dy_row], &dy[row * dy_row], (size_t)dy_row * sizeof(float));
        }
    }
    return r;
}

/* Whether the rows in the ring are those expected. */
static int32_t same_rows(const te_row_range *r, int32_t dx_row)
{
    for (int32_t row = r->first; row < r->end; row++) {
        if (!same(&dx[row % r->y_ring * dx_row], &expected[row * dx_row], dx_row)) {
            return 0;
        }
    }
    return 1;
}

static te_conv2d random_pointwise(int n)
{
    te_conv2d s = {.kernel_h = 1,
                   .kernel_w = 1,
                   .stride_h = 1,
                   .stride_w = 1,
                   .dilation_h = 1,
                   .dilation_w = 1,
                   .groups = 1,
                   .batch = random_between(1, 2),
                   .in_h = random_between(1, 6),
                   .in_w = random_between(1, 6)};
    s.in_c = random_between(1, n % 4 == 0 ? 210 : 40), s.out_c = random_between(1, n % 3 == 0 ? 60 : 20);
    s.out_h = s.in_h, s.out_w = s.in_w;
    return s;
}

static int test_pointwise_dx(int parts)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        te_conv2d s = random_pointwise(n);
        const int16_t *order = NULL;
        if (parts) {
            s.part_c = random_between(0, s.in_c);
            order = random_order(s.in_c);
        }
        random_dy(&s, n);
        random_weights(w, s.out_c * s.in_c);
        random_weights(part, s.out_c * s.in_c);
        random_scales(s.out_c);
        const te_row_range r = random_rows(&s);
        if (parts) {
            te_conv2d_dx_parts_f32_i8_ref(&s, dy, w, part, scale, order, expected);
            te_pointwise_dx_parts_f32_i8_dsp_rows(&s, &r, ring, w, part, scale, order, dx, scratch);
        } else {
            te_conv2d_dx_f32_i8_ref(&s, dy, w, scale, expected);
            te_pointwise_dx_f32_i8_dsp_rows(&s, &r, ring, w, scale, dx, scratch);
        }
        differ += same_rows(&r, s.in_w * s.in_c) ? 0 : 1;
    }
    board_print("pointwise dx%s: %d of %d shapes differ\n", parts ? " parts" : "", differ, SHAPES);
    return differ;
}

/* A window with its padding that fits the input; the rows of dy are all there. */
static te_conv2d random_depthwise(int n)
{
    te_conv2d s;
    do {
        memset(&s, 0, sizeof s);
        s.batch = random_between(1, 5) == 1 ? 2 : 1;
        s.in_h = random_between(1, 10), s.in_w = random_between(1, 10);
        s.in_c = s.out_c = s.groups = random_between(8, n % 4 == 0 ? 60 : 24);
        s.kernel_h = random_between(1, 7), s.kernel_w = random_between(1, 7);
        s.stride_h = random_between(1, 3), s.stride_w = random_between(1, 3);
        s.dilation_h = s.dilation_w = 1;
        s.pad_top = random_between(0, s.kernel_h), s.pad_left = random_between(0, s.kernel_w);
        const int32_t high = s.in_h + s.pad_top + random_between(0, s.kernel_h) - s.kernel_h;
        const int32_t wide = s.in_w + s.pad_left + random_between(0, s.kernel_w) - s.kernel_w;
        s.out_h = high < 0 ? 0 : high / s.stride_h + 1, s.out_w = wide < 0 ? 0 : wide / s.stride_w + 1;
    } while (s.out_h < 1 || s.out_w < 1);
    return s;
}

static int test_depthwise_dx(void)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        const te_conv2d s = random_depthwise(n);
        random_dy(&s, n);
        random_weights(w, s.in_c * s.kernel_h * s.kernel_w);
        random_scales(s.out_c);
        const te_row_range r = random_rows(&s);
        te_conv2d_dx_f32_i8_ref(&s, dy, w, scale, expected);
        te_depthwise_dx_f32_i8_dsp_rows(&s, &r, ring, w, scale, dx, scratch);
        differ += same_rows(&r, s.in_w * s.in_c) ? 0 : 1;
    }
    board_print("depthwise dx: %d of %d shapes differ\n", differ, SHAPES);
    return differ;
}

/* By each rule, with momentum and decay or not. */
static int test_update(void)
{
    static int8_t moved[2][W], residual[2][W], x[4096];
    static float velocity[2][W];
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        te_conv2d_update s;
        int32_t count;
        do {
            const te_conv2d c = n % 3 == 0 ? random_pointwise(n) : random_depthwise(n);
            const te_conv2d_update u = {.batch = c.batch,
                                        .in_h = c.in_h,
                                        .in_w = c.in_w,
                                        .in_c = random_between(1, 40),
                                        .out_h = c.out_h,
                                        .out_w = c.out_w,
                                        .out_c = random_between(1, 20),
                                        .kernel_h = c.kernel_h,
                                        .kernel_w = c.kernel_w,
                                        .stride_h = c.stride_h,
                                        .stride_w = c.stride_w,
                                        .pad_top = c.pad_top,
                                        .pad_left = c.pad_left,
                                        .dilation_h = random_between(1, 2),
                                        .dilation_w = 1,
                                        .groups = 1,
                                        .x_zero = random_between(-128, 127),
                                        .x_scale = 0.03f,
                                        .tensor = random_between(0, 9),
                                        .rule = random_between(0, 3) % 3,
                                        .rate = 0.5f,
                                        .momentum = 0.9f,
                                        .decay = n % 4 == 0 ? 0.25f : 0.0f};
            s = u;
            count = s.out_c * s.kernel_h * s.kernel_w * s.in_c;
        } while (count > W || s.batch * s.in_h * s.in_w * s.in_c > 4096
                 || (s.kernel_h - 1) * s.dilation_h + 1 > s.in_h + s.pad_top + s.kernel_h);
        const uint32_t random[2] = {5, (uint32_t)n};
        const float lr = (float)random_between(0, 5) / 16384.0f;
        const int32_t keeps = s.rule == TE_RULE_RESIDUAL, moves = n % 5 == 0;
        random_gradient(dy, s.batch * s.out_h * s.out_w * s.out_c);
        random_codes(x, s.batch * s.in_h * s.in_w * s.in_c, -128);
        random_codes(moved[0], count, -127);
        memset(residual, 0, sizeof residual);
        memset(velocity, 0, sizeof velocity);
        random_scales(s.out_c);
        scale[random_between(0, s.out_c - 1)] = 0.0f;
        memcpy(moved[1], moved[0], sizeof moved[0]);
        te_conv2d_update_i8_i8_ref(&s, moved[0], dy, x, &lr, random, keeps ? residual[0] : NULL,
                                   moves ? velocity[0] : NULL, scale, scratch);
        te_conv2d_update_i8_i8_dsp(&s, moved[1], dy, x, &lr, random, keeps ? residual[1] : NULL,
                                   moves ? velocity[1] : NULL, scale, scratch);
        differ += memcmp(moved[0], moved[1], sizeof moved[0]) == 0
                          && memcmp(residual[0], residual[1], sizeof residual[0]) == 0
                          && memcmp(velocity[0], velocity[1], sizeof velocity[0]) == 0
                      ? 0
                      : 1;
    }
    board_print("update: %d of %d shapes differ\n", differ, SHAPES);
    return differ;
}

/* Masks and sums of columns, in place or not. */
static int test_elements(void)
{
    static uint8_t mask[DX / 8];
    int mask_differ = 0, sum_differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        const te_rows rows = {random_between(0, 40), random_between(1, 100)};
        const te_elements s = {rows.rows * rows.columns};
        random_gradient(dy, s.count + 1);
        spoil(dy, s.count + 1);
        for (int32_t i = 0; i <= s.count / 8; i++) {
            mask[i] = (uint8_t)random_bits();
        }
        te_channel_sum_f32_ref(&rows, dy, expected);
        te_channel_sum_f32_dsp(&rows, dy, dx);
        sum_differ += same(dx, expected, rows.columns) ? 0 : 1;
        te_apply_mask_f32_ref(&s, dy, mask, expected);
        te_apply_mask_f32_dsp(&s, dy, mask, n % 2 == 0 ? dx : dy);
        mask_differ += same(n % 2 == 0 ? dx : dy, expected, s.count) ? 0 : 1;
    }
    board_print("masks: %d of %d shapes differ, sums %d\n", mask_differ, SHAPES, sum_differ);
    return mask_differ + sum_differ;
}

/* Real gradients to blocks. */
static int test_convert(void)
{
    static int16_t factors[20];
    static int32_t row[64];
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        te_block_rows s;
        memset(&s, 0, sizeof s);
        s.rows = random_between(1, 4), s.blocks = random_between(1, 2), s.channels = random_between(1, 20);
        s.columns = s.channels * random_between(1, 3), s.exponent = random_between(-30, 5);
        for (int32_t i = 0; i < s.rows * s.blocks * s.columns; i++) {
            /* some blocks are zero, some have NaN and infinite elements */
            const int32_t zero = n % 7 == 0 || random_between(0, 9) == 0;
            dy[i] = zero ? 0.0f : (float)random_between(-0xffffff, 0xffffff) * te_power(random_between(-40, 0));
            if (n % 11 == 0 && i % 5 == 0) {
                dy[i] = te_bits_float(random_between(0, 1) ? 0x7fc00000u : 0xff800000u);
            }
        }
        const int32_t kind = random_between(0, 3);
        for (int32_t c = 0; c < s.channels; c++) {
            factors[c] = (int16_t)random_between(kind == 1 ? 16384 : 1, kind == 2 ? 40 : 32767);
        }
        const int16_t *const f = kind == 0 ? NULL : factors;
        te_convert_f32_b8_ref(&s, dy, f, w, row);
        te_convert_f32_b8_dsp(&s, dy, f, part, row);
        differ += memcmp(w, part, (size_t)(s.rows * s.blocks * te_block_at(1, s.columns))) == 0 ? 0 : 1;
    }
    board_print("convert: %d of %d shapes differ\n", differ, SHAPES);
    return differ;
}

int main(void)
{
    return test_pointwise_dx(0) + test_pointwise_dx(1) + test_depthwise_dx() + test_update() + test_elements()
               + test_convert()
           != 0;
}
