/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of the weights of a 1x1 convolution from a gradient in blocks of int8, four output channels at a time: their sums over all
 * pixels, then the step. Pixels take the place of output channels in te_dsp_turned_sums, and the operand that of weights. */
#include "te_kernels.h"

#include "te_dsp_block_step.h"
#include "te_dsp_channels.h"
#include "te_dsp_gradient.h"

enum { TE_STEP_BITS = 8 }; /* as much may a mantissa be shifted left in an int16 */

/* The least shift of a block whose mantissas do not all round to zero; 0 where mantissas are rounded one by one. */
static int32_t te_least_lift(const te_block_conv2d_update *s, const int8_t *dy, int32_t top)
{
    const int32_t mantissas = s->out_pixels * s->out_c;
    int32_t least = s->guard;
    for (int32_t b = 0; b < s->batch * s->out_h * (s->out_w / s->out_pixels); b++) {
        const int32_t lift = te_dsp_lift(dy[te_block_at(b, mantissas)], top, s->guard);
        least = lift < 0 ? 0 : lift < least ? lift : least;
    }
    return least;
}

/* What a call has for all its sums: the pixels with their powers of two, which are those of blocks whose shift is low .. high, above 2^low.
 * `rounded`: whether some mantissas are rounded one by one. */
typedef struct te_step_plan {
    te_dsp_pixel *pixel;
    int32_t top, least, low, high, rounded;
} te_step_plan;

static void te_plan_pixels(const te_block_conv2d_update *s, te_step_plan *plan, const int8_t *dy, int32_t low,
                           int32_t high)
{
    const int32_t pixels = s->batch * s->out_h * s->out_w;
    int32_t power = 0, at = 0;
    plan->low = low;
    plan->high = high;
    plan->rounded = 0;
    for (int32_t i = 0, in_block = 0; i < pixels; i++, at += s->out_c) {
        if (in_block == 0) {
            const int32_t lift = te_dsp_lift(dy[at++], plan->top, s->guard);
            power = lift >= low && lift <= high ? 1 << (lift - low) : 0;
            plan->rounded |= lift < 0 && low == 0;
        }
        in_block = in_block + 1 < s->out_pixels ? in_block + 1 : 0;
        plan->pixel[i].at = at;
        plan->pixel[i].power = power;
    }
    for (int32_t i = pixels; i % 4 != 0; i++) {
        plan->pixel[i].at = plan->pixel[i].power = 0;
    }
}

/* Where the mantissa of a pixel and of one of the four output channels stands among the int16 of the stage. */
static inline int32_t te_stage_at(int32_t pixel, int32_t p)
{
    return pixel / 4 * 16 + pixel % 2 * 8 + pixel / 2 % 2 + 2 * p;
}

/* te_dsp_pixel_pairs for fewer than four channels, and where mantissas are rounded one by one. */
TE_APART void te_stage_seldom(const te_block_conv2d_update *s, const te_step_plan *plan, const int8_t *dy, int32_t oc,
                              int32_t some, int16_t *to, int32_t *total)
{
    const int32_t pixels = s->batch * s->out_h * s->out_w;
    for (int32_t i = 0, block = 0; i < (pixels + 3) / 4 * 4; i++) {
        const int8_t *const at = &dy[plan->pixel[i].at];
        if (i < pixels && i % s->out_pixels == 0) {
            block = at[-1];
        }
        const int32_t down = plan->top - s->guard - block;
        for (int32_t p = 0; p < 4; p++) {
            int32_t g = i < pixels && p < some ? at[oc + p] * plan->pixel[i].power : 0;
            if (i < pixels && p < some && plan->low == 0 && down > 0) {
                g = te_block_align(at[oc + p], down);
            }
            total[p] += g;
            to[te_stage_at(i, p)] = (int16_t)g;
        }
    }
}

/* The sums of four output channels from oc on. Blocks whose shifts differ by more than TE_STEP_BITS are summed one after the other. */
static void te_step_sums(const te_block_conv2d_update *s, te_dsp_turned *t, te_step_plan *plan, const int8_t *dy,
                         const int8_t *x, int32_t oc, int32_t some, int32_t *sums)
{
    const int32_t in_c = s->in_c, pixels = s->batch * s->out_h * s->out_w, whole = pixels & ~3, even = in_c & ~1;
    int16_t *const stage = (int16_t *)(uintptr_t)t->x;
    int32_t total[4] = {0, 0, 0, 0};
    for (int32_t high = s->guard; high >= plan->least; high -= TE_STEP_BITS + 1) {
        const int32_t low = high - TE_STEP_BITS > plan->least ? high - TE_STEP_BITS : plan->least;
        int32_t *const to = high == s->guard ? sums : sums + 4 * in_c;
        int32_t some_total[4] = {0, 0, 0, 0};
        if (low != plan->low || high != plan->high) {
            te_plan_pixels(s, plan, dy, low, high);
        }
        if (some == 4 && plan->rounded == 0) {
            te_dsp_pixel_pairs(plan->pixel, (pixels + 3) / 4, dy + oc, (uint32_t *)(uintptr_t)t->x, some_total);
        } else {
            te_stage_seldom(s, plan, dy, oc, some, stage, some_total);
        }
        t->w = x;
        t->sums = to;
        t->sums_end = to + even;
        for (int32_t p = 0; p < 4; p++) {
            t->lift[p] = low;
            total[p] += some_total[p] * (1 << low);
        }
        if (even > 0) {
            te_dsp_turned_sums(t);
        }
        for (int32_t p = 0; p < 4; p++) {
            if (even < in_c) {
                int32_t sum = 0;
                for (int32_t i = 0; i < whole; i++) {
                    sum += stage[te_stage_at(i, p)] * x[i * in_c + even];
                }
                to[p * in_c + even] = sum * (1 << low);
            }
            for (int32_t i = whole; i < pixels; i++) {
                const int32_t g = stage[te_stage_at(i, p)] * (1 << low);
                for (int32_t c = 0; c < in_c; c++) {
                    to[p * in_c + c] += g * x[i * in_c + c];
                }
            }
        }
        for (int32_t i = 0; to != sums && i < 4 * in_c; i++) {
            sums[i] += to[i];
        }
    }
    for (int32_t p = 0; p < some; p++) {
        const int32_t zero = total[p] * s->x_zero;
        for (int32_t c = 0; zero != 0 && c < in_c; c++) {
            sums[p * in_c + c] -= zero;
        }
    }
}

void te_pointwise_update_b8_i8_dsp(const te_block_conv2d_update *s, int8_t *w, const int8_t *dy, const int8_t *x,
                                   const float *lr, const uint32_t *random, int8_t *residual, float *velocity,
                                   const float *step, int32_t *row)
{
    const int32_t top = te_block_dw_top(s, dy), in_c = s->in_c, pixels = s->batch * s->out_h * s->out_w;
    const te_block_step rule = te_block_step_of(s, top, lr, random, residual, velocity, step);
    te_dsp_turned t;
    t.stride = in_c;
    t.pixel = 4 * in_c;
    t.x = (const uint32_t *)(row + 8 * in_c);
    t.x_end = t.x + pixels / 4 * 8;
    te_step_plan plan;
    plan.pixel = (te_dsp_pixel *)(row + 8 * in_c + (pixels + 3) / 4 * 8);
    plan.top = top;
    plan.least = te_least_lift(s, dy, top);
    plan.low = plan.high = -1;
    for (int32_t oc = 0; oc < s->out_c; oc += 4) {
        const int32_t some = s->out_c - oc < 4 ? s->out_c - oc : 4;
        te_step_sums(s, &t, &plan, dy, x, oc, some, row);
        for (int32_t p = 0; p < some; p++) {
            te_block_step_row(s, &rule, w, row + p * in_c, oc + p);
        }
    }
}
