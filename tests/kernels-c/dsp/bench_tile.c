/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Instructions of register-tiled kernels and of their references over random shapes, a line each, for the fit of the
 * cost formulas: kernel, extents, both counts. The multipliers leave most codes inside of their range. */
#include "board.h"
#include "conv_case.h"
#include "random.h"
#include "te_kernels.h"

#ifndef SHAPES
#define SHAPES 200
#endif

static conv_case c;
static te_dense d;

#define CALLS(name)                                                                                                    \
    static void name##_tile(void *scratch)                                                                             \
    {                                                                                                                  \
        te_##name##_i8_tile(&c.s, case_x, case_w, case_b, case_m, &case_y[64], NULL, (int32_t *)scratch);              \
    }                                                                                                                  \
    static void name##_ref(void *scratch)                                                                              \
    {                                                                                                                  \
        (void)scratch;                                                                                                 \
        te_##name##_i8_ref(&c.s, case_x, case_w, case_b, case_m, &case_y[64], NULL);                                   \
    }
CALLS(conv2d)
CALLS(depthwise_conv2d)

static void dense_tile(void *scratch)
{
    (void)scratch;
    te_dense_i8_tile(&d, case_x, case_w, case_b, case_m, &case_y[64], NULL);
}

static void dense_ref(void *scratch)
{
    (void)scratch;
    te_dense_i8_ref(&d, case_x, case_w, case_b, case_m, &case_y[64], NULL);
}

static void line(const char *name, int32_t taps, void (*tile)(void *), void (*ref)(void *))
{
    const te_conv2d *const s = &c.s;
    conv_numbers(&c, taps);
    for (int32_t oc = 0; oc < s->out_c; oc++) {
        case_m[oc] = 0.1f * case_m[oc];
    }
    const uint32_t of_tile = board_count(tile, case_scratch), of_ref = board_count(ref, case_scratch);
    board_print("%s %d %d %d %d %d %d %d %d %d %d %d %d\n", name, s->in_h, s->in_w, s->in_c, s->out_h, s->out_w,
                s->out_c, s->kernel_h, s->kernel_w, s->stride_h, s->pad_left, of_tile, of_ref);
}

int main(void)
{
    for (int n = 0; n < SHAPES; n++) {
        const int32_t most = n % 4 == 0 ? 24 : 10, h = random_between(1, most), w = random_between(1, most);
        const int32_t kernel = 3 + n % 3 * 2, stride = random_between(1, 2), pad = random_between(0, 1) * (kernel / 2);
        conv_extents(&c, h, w, random_between(1, n % 2 == 0 ? 100 : 24), random_between(1, n % 2 == 0 ? 32 : 100), 1, 1,
                     0);
        line("pointwise", c.s.in_c, conv2d_tile, conv2d_ref);
        conv_extents(&c, h + kernel - 1, w + kernel - 1, random_between(1, n % 2 == 0 ? 8 : 24), random_between(1, 32),
                     kernel, stride, pad);
        line("conv", kernel * kernel * c.s.in_c, conv2d_tile, conv2d_ref);
        conv_extents(&c, h + kernel - 1, w + kernel - 1, random_between(1, 16) * (n % 5 == 0 ? 3 : 4), 0, kernel,
                     stride, pad);
        c.s.out_c = c.s.groups = c.s.in_c;
        line("depthwise", kernel * kernel, depthwise_conv2d_tile, depthwise_conv2d_ref);
        conv_extents(&c, 1, 1, random_between(1, 600), random_between(1, 100), 1, 1, 0);
        const te_dense s = {1, c.s.in_c, c.s.out_c, c.s.x_zero, c.s.y_zero, -128, 127, 0.0f, 0.0f, 0};
        d = s;
        line("dense", c.s.in_c, dense_tile, dense_ref);
    }
    return 0;
}
