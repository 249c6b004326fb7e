/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

#include "bench_case.h"

#include <string.h>

#include "board.h"
#include "conv_case.h"
#include "pack.h"
#include "random.h"

static conv_case c;
static int32_t form_now;

extents square(int32_t h, int32_t w, int32_t in_c, int32_t out_c, int32_t kernel, int32_t stride)
{
    const int32_t pad = kernel / 2;
    const extents e = {h,
                       w,
                       in_c,
                       out_c,
                       kernel,
                       kernel,
                       stride,
                       pad,
                       pad,
                       (h + 2 * pad - kernel) / stride + 1,
                       (w + 2 * pad - kernel) / stride + 1};
    return e;
}

static layer prepare(const extents *e, int32_t taps, int32_t groups)
{
    conv_extents(&c, e->h, e->w, e->in_c, e->out_c, 1, 1, 0);
    te_conv2d *const s = &c.s;
    s->kernel_h = e->kernel_h, s->kernel_w = e->kernel_w, s->stride_h = s->stride_w = e->stride;
    s->pad_top = e->pad_top, s->pad_left = e->pad_left, s->out_h = e->out_h, s->out_w = e->out_w;
    conv_numbers(&c, taps);
    const te_row_range all = {0, s->out_h, s->in_h, s->out_h};
    c.rows = all;
    const layer l = {s->out_c, taps, groups, s->x_zero, s->y_zero, case_taps, case_w, case_b, case_m, -128, 127};
    return l;
}

static const int32_t *bias(void)
{
    return form_now == BENCH_BIAS_MASK ? case_b : 0;
}

static uint8_t *mask(void)
{
    return form_now >= BENCH_MASK ? case_mask : 0;
}

static void run_pointwise(void *argument)
{
    (void)argument;
    pointwise_kernel(c.s.in_c)(&c.s, &c.rows, case_x, case_packed, case_y, case_scratch);
}

static void run_wide(void *argument)
{
    (void)argument;
    te_conv2d_wide_i8_dsp(&c.s, case_x, case_packed, bias(), case_y, mask(), case_scratch);
}

static void run_conv(void *argument)
{
    pairs_kernel *const kernel = *(pairs_kernel *const *)argument;
    kernel(&c.s, case_x, case_packed, case_y, case_scratch);
}

static void run_depthwise(void *argument)
{
    (void)argument;
    if (form_now == BENCH_PLAIN) {
        depthwise_kernel (&c.s)(&c.s, &c.rows, case_x, case_w, case_table, case_y, case_scratch);
    } else {
        depthwise_wide_kernel (&c.s)(&c.s, &c.rows, case_x, case_w, case_table, bias(), case_y, mask(), case_scratch);
    }
}

static void run_ref(void *argument)
{
    (void)argument;
    (c.s.groups > 1 ? te_depthwise_conv2d_i8_ref : te_conv2d_i8_ref)(&c.s, case_x, case_w, case_b, case_m, case_y, 0);
}

static uint32_t packed_wide(const layer *l)
{
    (void)pack_wide(l, form_now == BENCH_BIAS_MASK, case_packed, &c.proved);
    return board_count(run_wide, 0);
}

uint32_t count_pointwise(int32_t h, int32_t w, int32_t in_c, int32_t out_c, int32_t form)
{
    const extents e = square(h, w, in_c, out_c, 1, 1);
    if (form == BENCH_PLAIN && in_c <= 512) {
        const layer l = prepare(&e, in_c, window_taps(1, in_c, case_taps));
        (void)pack_pairs(&l, case_packed, &c.proved);
        return board_count(run_pointwise, 0);
    }
    return count_conv(&e, form);
}

uint32_t count_conv(const extents *e, int32_t form)
{
    const int32_t run = e->kernel_w * e->in_c, groups = window_taps(e->kernel_h, run, case_taps);
    const layer l = prepare(e, e->kernel_h * run, groups);
    form_now = form;
    if (form == BENCH_REF) {
        return board_count(run_ref, 0);
    }
    if (form != BENCH_PLAIN || groups > 120) {
        return packed_wide(&l);
    }
    pairs_kernel *kernel =
        e->in_c == 3 && e->kernel_h == 3 && e->kernel_w == 3 ? te_conv2d_3x3x3_i8_dsp : te_conv2d_i8_dsp;
    (void)pack_pairs(&l, case_packed, &c.proved);
    return board_count(run_conv, &kernel);
}

uint32_t count_depthwise(const extents *e, int32_t form)
{
    const layer l = prepare(e, e->kernel_h * e->kernel_w, 0);
    c.s.groups = c.s.in_c;
    form_now = form;
    if (form == BENCH_REF) {
        return board_count(run_ref, 0);
    }
    (void)pack_depthwise(&l, form == BENCH_BIAS_MASK, case_table);
    return board_count(run_depthwise, 0);
}

static void run_dense(void *argument)
{
    te_dense_i8_dsp(argument, case_x, case_packed, case_y, case_scratch);
}

static void run_dense_ref(void *argument)
{
    te_dense_i8_ref(argument, case_x, case_w, case_b, case_m, case_y, 0);
}

uint32_t count_dense(int32_t in, int32_t out, int32_t form)
{
    const extents e = square(1, 1, in, out, 1, 1);
    const layer l = prepare(&e, in, window_taps(1, in, case_taps));
    te_dense s = {1, in, out, c.s.x_zero, c.s.y_zero, -128, 127, 0.0f, 0.0f, 0};
    (void)pack_dense(&l, case_packed, &c.proved);
    return board_count(form == BENCH_REF ? run_dense_ref : run_dense, &s);
}

static void run_add(void *argument)
{
    te_add_i8_dsp(argument, case_x, case_x, case_y);
}

static void run_add_ref(void *argument)
{
    te_add_i8_ref(argument, case_x, case_x, case_y, 0);
}

uint32_t count_add(int32_t count, int32_t form)
{
    if (form == BENCH_REF) {
        te_binary all = {1, 1, 1, count, 0, 0, 0, 1, 0, 0, 0, 1, 3, -5, 4, -128, 127, 0.9f, 0.8f, 0.0f, 0.0f, 0.0f};
        return board_count(run_add_ref, &all);
    }
    te_dsp_add s = {count, 300000000, 400000000, 12345};
    return board_count(run_add, &s);
}

static void run_pool(void *argument)
{
    te_average_pool2d_i8_tile(argument, case_x, case_y);
}

static void run_pool_ref(void *argument)
{
    te_average_pool2d_i8_ref(argument, case_x, case_y);
}

uint32_t count_pool(int32_t h, int32_t w, int32_t channels, int32_t form)
{
    te_pool2d s = {1, h, w,        1, 1,    h,    w,    1,   1,     0,     0,
                   1, 1, channels, 0, -128, -128, -128, 127, 0.05f, 0.03f, h * w / 4 * 4};
    return board_count(form == BENCH_REF ? run_pool_ref : run_pool, &s);
}
