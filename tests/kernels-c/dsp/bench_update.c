/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Instructions a weight of stochastic int8 updates beside what must be reached: rows of given sums, by the largest step of a row in codes,
 * and dense layers of one sample, by the share of zeros among inputs and gradients. */
#include <string.h>

#include "board.h"
#include "random.h"
#include "te_dsp_step_row.h"
#include "te_kernels.h"
#include "te_math.h"

enum { WEIGHTS = 147, ROWS = 160 };

static int8_t weights[WEIGHTS * ROWS], x[WEIGHTS], dy[1 + ROWS];
static int32_t sums[WEIGHTS], row[2 * WEIGHTS];
static float step[ROWS];

/* Sums of a bell: most are far from the largest. */
static int32_t bell(void)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < 12; i++) {
        sum += random_between(-1000, 1000);
    }
    return sum;
}

static void rows(void *minus_step)
{
    for (int32_t oc = 0; oc < ROWS; oc++) {
        const te_dsp_channel c = {1.0f, *(const float *)minus_step};
        te_dsp_step_row(&c, &weights[oc * WEIGHTS], sums, WEIGHTS, 5u, (uint32_t)(oc * WEIGHTS));
    }
}

static void dense(void *lr)
{
    static const uint32_t random[2] = {1, 2};
    te_block_conv2d_update s;
    memset(&s, 0, sizeof s);
    s.batch = s.in_h = s.out_h = s.in_w = s.out_w = s.kernel_h = s.kernel_w = s.stride_h = s.stride_w = 1;
    s.dilation_h = s.dilation_w = s.groups = s.out_pixels = 1;
    s.in_c = WEIGHTS, s.out_c = ROWS, s.x_zero = -128, s.x_scale = 1.0f, s.guard = 8, s.rate = 1.0f;
    te_dense_update_b8_i8_dsp(&s, weights, dy, x, (const float *)lr, random, NULL, NULL, step, row);
}

/* zeros: percent of the inputs, and of the gradients. */
static void count_dense(float top, int32_t zeros, int32_t still)
{
    for (int32_t i = 0; i < WEIGHTS; i++) {
        x[i] = (int8_t)(random_between(0, 99) < zeros ? -128 : random_between(-127, 127));
    }
    dy[0] = 0;
    for (int32_t oc = 0; oc < ROWS; oc++) {
        dy[1 + oc] = (int8_t)(random_between(0, 99) < still ? 0 : random_between(-127, 127));
        step[oc] = 1.0f;
    }
    float lr = top / (127.0f * 255.0f);
    board_print("dense, largest step %f, zeros %d in 100 of inputs, %d of gradients: %f a weight\n", (double)top, zeros,
                still, (double)board_count(dense, &lr) / (WEIGHTS * ROWS));
}

int main(void)
{
    static const float tops[] = {0.002f, 0.02f, 0.2f, 2.0f};
    static const char *const bars[] = {"", " (8)", " (18)", " (26)"};
    int32_t largest = 0;
    for (int32_t i = 0; i < WEIGHTS; i++) {
        sums[i] = bell();
        largest = sums[i] > largest ? sums[i] : -sums[i] > largest ? -sums[i] : largest;
    }
    for (int32_t n = 0; n < 4; n++) {
        float minus_step = -tops[n] / (float)largest;
        board_print("rows, largest step %f: %f a weight%s\n", (double)tops[n],
                    (double)board_count(rows, &minus_step) / (WEIGHTS * ROWS), bars[n]);
    }
    for (int32_t n = 0; n < 4; n++) {
        count_dense(tops[n], 0, 0);
        count_dense(tops[n], 80, 0);
        count_dense(tops[n], 80, 50);
    }
    board_exit(0);
}
