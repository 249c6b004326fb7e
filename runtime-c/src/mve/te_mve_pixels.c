/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Pixels by layers of codes. */
#include "te_mve_block.h"

#if TE_MVE_CORE

/* One result. */
static void te_pixels_one(const te_mve_layer *l, const int8_t *x, int32_t oc, int8_t *y)
{
    const int8_t *w = l->w + oc * l->inputs;
    int32_t sum = l->first[oc], count = l->inputs;
    __asm__ volatile("dlstp.8 lr, %[n]\n"
                     "1: vldrb.8 q0, [%[x]], #16\n vldrb.8 q1, [%[w]], #16\n vmladava.s8 %[sum], q0, q1\n letp lr, 1b\n"
                     : [x] "+r"(x), [w] "+r"(w), [sum] "+Te"(sum)
                     : [n] "r"(count)
                     : "q0", "q1", "lr", "memory");
    __asm__ volatile("vdup.32 q0, %[sum]\n vcvt.f32.s32 q0, q0\n vdup.32 q1, %[m]\n vmul.f32 q0, q0, q1\n"
                     "vcvtn.s32.f32 q0, q0\n vqadd.s32 q0, q0, %[zero]\n vmov %[sum], s0\n"
                     : [sum] "+r"(sum)
                     : [m] "r"(l->multiplier[oc]), [zero] "r"(l->y_zero)
                     : "q0", "q1");
    *y = (int8_t)(sum < l->y_min ? l->y_min : sum > l->y_max ? l->y_max : sum);
}

/* count pixels by channels first .. first + channels - 1, a multiple of four, in groups of three or one. */
static void te_pixels_block(const te_mve_layer *l, const int8_t *x, int32_t count, int32_t first, int32_t channels,
                            int8_t *y)
{
    const int32_t k = l->inputs;
    te_mve_block b;
    b.w = l->w + first * k;
    b.w_end = b.w + channels * k;
    b.first_start = l->first + first;
    b.multiplier_start = l->multiplier + first;
    b.inputs = k;
    b.twice = 2 * k;
    b.rest = k - 16;
    b.y_zero = l->y_zero;
    b.y_min = l->y_min;
    b.y_max = l->y_max;
    y += first;
    if (k >= 16 && count > 2) {
        b.groups = count / 3;
        b.x_step = 3 * k;
        b.y_step = 3 * l->outputs - channels;
        for (int32_t i = 0; i < 3; i++) {
            b.x[i] = x + i * k;
            b.y[i] = y + i * l->outputs;
        }
        b.first = b.first_start;
        b.multiplier = b.multiplier_start;
        te_mve_block_3(&b);
        x += count / 3 * 3 * k;
        y += count / 3 * 3 * l->outputs;
        count %= 3;
    }
    if (count > 0) {
        b.x[0] = x;
        b.y[0] = y;
        b.first = b.first_start;
        b.multiplier = b.multiplier_start;
        if (k >= 16 && count == 2) { /* the last pixel twice */
            b.groups = 1;
            b.x[1] = b.x[2] = x + k;
            b.y[1] = b.y[2] = y + l->outputs;
            te_mve_block_3(&b);
        } else {
            b.groups = count;
            b.x_step = k;
            b.y_step = l->outputs - channels;
            te_mve_block_1(&b);
        }
    }
}

/* All channels; results of no pixel lie in the operand of another one. */
static void te_pixels_apart(const te_mve_layer *l, const int8_t *x, int32_t count, int8_t *y)
{
    const int32_t n = l->outputs;
    if (n < 4) {
        for (int32_t i = 0; i < count * n; i++) {
            te_pixels_one(l, x + i / n * l->inputs, i % n, y + i);
        }
    } else if (l->inputs == 8 || l->inputs == 16) {
        te_mve_resident(l, x, count, y);
    } else {
        te_pixels_block(l, x, count, 0, n & ~3, y);
        if (n % 4 != 0) { /* some of the last four again */
            te_pixels_block(l, x, count, n - 4, 4, y);
        }
    }
}

void te_mve_pixels(const te_mve_layer *l, const int8_t *x, int32_t pixels, int8_t *y)
{
    const int32_t k = l->inputs, n = l->outputs;
    if (y >= x + pixels * k || y + pixels * n <= x) {
        te_pixels_apart(l, x, pixels, y);
        return;
    }
    /* as many as end before the first of them begins, one in any case */
    while (pixels > 0) {
        int32_t some = (int32_t)(x - y) / n;
        some = some < 1 ? 1 : some > pixels ? pixels : some;
        te_pixels_apart(l, x, some, y);
        x += some * k;
        y += some * n;
        pixels -= some;
    }
}

#else

void te_mve_pixels(const te_mve_layer *l, const int8_t *x, int32_t pixels, int8_t *y)
{
    for (int32_t p = 0; p < pixels; p++, x += l->inputs, y += l->outputs) {
        const int8_t *w = l->w;
        for (int32_t oc = 0; oc < l->outputs; oc++, w += l->inputs) {
            int32_t sum = l->first[oc];
            for (int32_t i = 0; i < l->inputs; i++) {
                sum += x[i] * w[i];
            }
            te_store_i8(&y[oc], NULL, 0, te_scale(sum, l->multiplier[oc]) + l->y_zero, l->y_min, l->y_max);
        }
    }
}

#endif
