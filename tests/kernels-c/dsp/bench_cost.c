/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Random shapes and their instructions, a line each, for the fit of the cost formulas: kernel, extents, count. */
#include "bench_case.h"
#include "board.h"
#include "pack.h"
#include "random.h"

#ifndef SHAPES
#define SHAPES 200
#endif

static void line(const char *kernel, const extents *e, uint32_t instructions)
{
    board_print("%s %d %d %d %d %d %d %d %d %d %d\n", kernel, e->h, e->w, e->in_c, e->out_c, e->kernel_h, e->kernel_w,
                e->stride, e->out_h, e->out_w, instructions);
}

int main(void)
{
    pack_proves = 0;
    for (int n = 0; n < SHAPES; n++) {
        const int32_t most = n % 4 == 0 ? 32 : 12;
        const int32_t h = random_between(1, most), w = random_between(1, most);
        const int32_t kernel = 3 + n % 3 * 2, stride = 1 + n / 3 % 2;
        extents e =
            square(h, w, random_between(1, n % 2 == 0 ? 8 : 30) * 4, random_between(1, n % 2 == 0 ? 8 : 50) * 2, 1, 1);
        line("pointwise", &e, count_pointwise(h, w, e.in_c, e.out_c, BENCH_PLAIN));
        line("wide", &e, count_pointwise(h, w, e.in_c, e.out_c, BENCH_MASK - (e.out_c % 8 != 0)));
        e = square(h, w, random_between(1, 8) * 4, random_between(1, 20) * 2, 3, stride);
        line("conv", &e, count_conv(&e, BENCH_PLAIN));
        e = square(h + 1, w + 1, random_between(1, 12) * 4, 0, kernel, stride);
        e.out_c = e.in_c;
        line("depthwise", &e, count_depthwise(&e, BENCH_PLAIN));
        line("depthwise_wide", &e, count_depthwise(&e, e.in_c % 8 != 0 ? BENCH_WIDE : BENCH_MASK));
        e = square(1, 1, random_between(1, 200) * 4, random_between(1, 100), 1, 1);
        line("dense", &e, count_dense(e.in_c, e.out_c, BENCH_PLAIN));
    }
    return 0;
}
