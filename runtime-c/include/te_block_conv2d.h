/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The backward sums of a convolution over a gradient in block floating point. Mantissas are brought to the largest exponent
 * that takes part, `guard` bits finer, and the rest is integer multiplication and addition: the scale of the gradient cancels
 * that of the weights, and every order of addition gives the same sum. Weights may lie in two arrays (te_conv2d.h). */
#ifndef TE_BLOCK_CONV2D_H
#define TE_BLOCK_CONV2D_H

#include "te_block.h"
#include "te_block_spread.h"
#include "te_inline_body.h"
#include "te_shapes.h"
#include "te_step_group.h"
#include "te_window.h"

/* Adds g * w to the elements of the input channels first .. first + count - 1, in the order of the table if there is one. */
static inline void te_block_add(te_wide g, const int8_t *w, int32_t first, int32_t count, const int16_t *channels,
                                te_wide *to)
{
    if (channels == NULL) {
        to += first;
        for (int32_t c = 0; c < count; c++) {
            to[c] += g * w[c];
        }
    } else {
        channels += first;
        for (int32_t c = 0; c < count; c++) {
            to[channels[c]] += g * w[c];
        }
    }
}

/* Adds what some pixels of a block of dy, `down` bits below the exponent of the sum, contribute to a block of dx by kernel
 * row kh. `left` is the column of the block that tap 0 of the first pixel's window meets. */
TE_APART void te_block_spread(const te_block_conv2d *s, const te_mantissa_t *dy, int32_t pixels, int32_t left,
                              const int8_t *w, const int8_t *part, const int16_t *channels, int32_t kh, int32_t down,
                              te_wide *row)
{
    const int32_t in_per_group = s->in_c / s->groups;
    const int32_t out_per_group = s->out_c / s->groups;
    const int32_t part_c = s->part_c;
    const int32_t rest_c = in_per_group - part_c;
    for (int32_t i = 0; i < pixels; i++, dy += s->out_c, left += s->stride_w) {
        const te_span columns = te_window(left, s->dilation_w, s->kernel_w, s->in_pixels);
        for (int32_t oc = 0; oc < s->out_c; oc++) {
            const te_wide g = dy[oc] == 0 ? 0 : te_block_align(dy[oc], down);
            if (g == 0) {
                continue; /* masked elements are common */
            }
            for (int32_t kw = columns.first; kw < columns.end; kw++) {
                te_wide *to = &row[(left + kw * s->dilation_w) * s->in_c + oc / out_per_group * in_per_group];
                const int32_t tap = (oc * s->kernel_h + kh) * s->kernel_w + kw;
                if (part == NULL) {
                    const int8_t *from = &w[tap * in_per_group];
                    for (int32_t c = 0; c < in_per_group; c++) {
                        to[c] += g * from[c];
                    }
                } else {
                    te_block_add(g, &part[tap * part_c], 0, part_c, channels, to);
                    te_block_add(g, &w[tap * rest_c], part_c, rest_c, channels, to);
                }
            }
        }
    }
}

/* One block of dx: columns `made` of input row ih of image n. */
TE_INLINE_BODY void te_block_conv2d_dx_block(const te_block_conv2d *s, int32_t ring, const te_mantissa_t *dy,
                                             const int8_t *w, const int8_t *part, const int16_t *channels,
                                             const int16_t *factor, int32_t n, int32_t ih, te_span made,
                                             te_mantissa_t *dx, te_wide *row)
{
    const int32_t in_block = s->in_pixels * s->in_c;
    const int32_t out_block = s->out_pixels * s->out_c;
    const int32_t out_row = te_block_at(s->out_w / s->out_pixels, out_block);
    const te_span reached = te_reaching(made, s->pad_left, s->dilation_w, s->kernel_w, s->stride_w, s->out_w);
    const te_span blocks = te_blocks_of(reached, s->out_pixels);
    int32_t top = TE_EXPONENT_MIN;
    for (int32_t kh = 0; kh < s->kernel_h; kh++) {
        const int32_t from = te_spread_row(n, ih, kh, s->out_h, s->stride_h, s->pad_top, s->dilation_h, ring);
        top = from < 0 ? top : te_block_top(top, &dy[from * out_row], blocks, out_block);
    }
    for (int32_t i = 0; i < in_block; i++) {
        row[i] = 0;
    }
    for (int32_t kh = 0; kh < s->kernel_h; kh++) {
        const int32_t from = te_spread_row(n, ih, kh, s->out_h, s->stride_h, s->pad_top, s->dilation_h, ring);
        for (int32_t b = blocks.first; from >= 0 && b < blocks.end; b++) {
            const te_mantissa_t *block = &dy[from * out_row + te_block_at(b, out_block)];
            const te_span pixels = te_pixels_of(reached, b, s->out_pixels);
            te_block_spread(s, &block[1 + (pixels.first - b * s->out_pixels) * s->out_c], pixels.end - pixels.first,
                            pixels.first * s->stride_w - s->pad_left - made.first, w, part, channels, kh,
                            top - block[0] - s->guard, row);
        }
    }
    te_block_store(row, in_block, s->in_c, factor, top - s->guard + s->exponent, dx);
}

static inline void te_block_conv2d_dx_rows(const te_block_conv2d *s, const te_row_range *r, const te_mantissa_t *dy,
                                           const int8_t *w, const int8_t *part, const int16_t *channels,
                                           const int16_t *factor, te_mantissa_t *dx, te_wide *row)
{
    const int32_t in_block = s->in_pixels * s->in_c;
    const int32_t blocks = s->in_w / s->in_pixels;
    for (int32_t dx_row = r->first; dx_row < r->end; dx_row++) {
        const int32_t n = dx_row / s->in_h;
        for (int32_t b = 0; b < blocks; b++) {
            const te_span made = {b * s->in_pixels, (b + 1) * s->in_pixels};
            te_block_conv2d_dx_block(s, r->x_ring, dy, w, part, channels, factor, n, dx_row - n * s->in_h, made,
                                     &dx[te_block_at(dx_row % r->y_ring * blocks + b, in_block)], row);
        }
    }
}

/* All rows of all images. */
static inline te_row_range te_block_conv2d_dx_whole(const te_block_conv2d *s)
{
    const te_row_range all = {0, s->batch * s->in_h, s->batch * s->out_h, s->batch * s->in_h};
    return all;
}

/* The exponent that the weight gradient is summed at, before the guard: the largest of all blocks of dy. */
static inline int32_t te_block_dw_top(const te_block_conv2d_update *s, const te_mantissa_t *dy)
{
    return te_block_largest(dy, s->batch * s->out_h * (s->out_w / s->out_pixels), s->out_pixels * s->out_c);
}

/* The weight gradient of output channel oc, in codes of x minus their zero point, at exponent `top` - guard. */
static inline void te_block_conv2d_dw_row(const te_block_conv2d_update *s, const te_mantissa_t *dy, const int8_t *x,
                                          int32_t oc, int32_t top, te_wide *row)
{
    const int32_t in_per_group = s->in_c / s->groups;
    const int32_t out_per_group = s->out_c / s->groups;
    const int32_t blocks = s->out_w / s->out_pixels;
    for (int32_t i = 0; i < s->kernel_h * s->kernel_w * in_per_group; i++) {
        row[i] = 0;
    }
    for (int32_t n = 0; n < s->batch; n++) {
        for (int32_t oh = 0; oh < s->out_h; oh++) {
            const te_span rows = te_window(oh * s->stride_h - s->pad_top, s->dilation_h, s->kernel_h, s->in_h);
            const te_mantissa_t *from_dy = &dy[te_block_at((n * s->out_h + oh) * blocks, s->out_pixels * s->out_c)];
            int32_t down = 0;
            for (int32_t ow = 0, pixel = 0; ow < s->out_w; ow++, pixel = pixel + 1 < s->out_pixels ? pixel + 1 : 0) {
                if (pixel == 0) {
                    down = top - *from_dy++ - s->guard;
                }
                const te_span columns = te_window(ow * s->stride_w - s->pad_left, s->dilation_w, s->kernel_w, s->in_w);
                const te_mantissa_t m = from_dy[oc];
                const te_wide g = m == 0 ? 0 : te_block_align(m, down);
                from_dy += s->out_c;
                if (g == 0) {
                    continue; /* masked elements are common */
                }
                for (int32_t kh = rows.first; kh < rows.end; kh++) {
                    for (int32_t kw = columns.first; kw < columns.end; kw++) {
                        const int32_t ih = oh * s->stride_h - s->pad_top + kh * s->dilation_h;
                        const int32_t iw = ow * s->stride_w - s->pad_left + kw * s->dilation_w;
                        const int8_t *from =
                            &x[((n * s->in_h + ih) * s->in_w + iw) * s->in_c + oc / out_per_group * in_per_group];
                        te_wide *to = &row[(kh * s->kernel_w + kw) * in_per_group];
                        for (int32_t c = 0; c < in_per_group; c++) {
                            to[c] += g * (from[c] - s->x_zero);
                        }
                    }
                }
            }
        }
    }
}

/* The weight gradient as a tensor in fp32; scale[oc] is that of dy. */
TE_INLINE_BODY void te_block_conv2d_dw(const te_block_conv2d_update *s, const te_mantissa_t *dy, const int8_t *x,
                                       const float *scale, float *dw, te_wide *row)
{
    const int32_t top = te_block_dw_top(s, dy);
    const float unit = s->x_scale * te_power(top - s->guard);
    const int32_t taps = s->kernel_h * s->kernel_w * (s->in_c / s->groups);
    for (int32_t oc = 0; oc < s->out_c; oc++) {
        te_block_conv2d_dw_row(s, dy, x, oc, top, row);
        for (int32_t i = 0; i < taps; i++) {
            dw[oc * taps + i] = (float)row[i] * unit * (scale == NULL ? 1.0f : scale[oc]);
        }
    }
}

/* What the steps of a call share. */
typedef struct te_block_step {
    const float *step; /* of a code, for each output channel; includes the scale of dy */
    float unit;        /* of a sum */
    float rate, shrink;
    uint32_t key;
    int8_t *residual;
    float *velocity;
} te_block_step;

/* top: the exponent to which mantissas are aligned, but for the guard bits. */
static inline te_block_step te_block_step_of(const te_block_conv2d_update *s, int32_t top, const float *lr,
                                             const uint32_t *random, int8_t *residual, float *velocity,
                                             const float *step)
{
    const float rate = *lr * s->rate;
    const te_block_step b = {step,
                             s->x_scale * te_power(top - s->guard),
                             rate,
                             rate * s->decay,
                             te_random_key(random, (uint32_t)s->tensor),
                             residual,
                             velocity};
    return b;
}

/* One step of the weights first .. of output channel oc, at most TE_GROUP, from their sums. */
static inline void te_block_step_some(const te_block_conv2d_update *s, const te_block_step *b, int8_t *w,
                                      const te_wide *sums, int32_t oc, int32_t first, int32_t count)
{
    const int32_t channel = oc * s->kernel_h * s->kernel_w * (s->in_c / s->groups), at = channel + first;
    float delta[TE_GROUP];
    for (int32_t i = 0; i < count; i++) {
        const float direction = te_direction((float)sums[i] * b->unit, b->velocity, at + i, s->momentum);
        delta[i] = te_delta(b->rate * b->step[oc], direction, b->shrink, (float)w[at + i]);
    }
    te_step_group(&w[at], b->residual == NULL ? NULL : &b->residual[at], delta, count, s->rule, b->key, channel, first);
}

/* One step of all weights of output channel oc. */
static inline void te_block_step_channel(const te_block_conv2d_update *s, const te_block_step *b, int8_t *w,
                                         const te_wide *sums, int32_t oc)
{
    const int32_t taps = s->kernel_h * s->kernel_w * (s->in_c / s->groups);
    for (int32_t first = 0; first < taps; first += TE_GROUP) {
        te_block_step_some(s, b, w, &sums[first], oc, first, taps - first < TE_GROUP ? taps - first : TE_GROUP);
    }
}

/* One step of the weights: the gradient of each output channel is consumed at once. */
TE_INLINE_BODY void te_block_conv2d_step(const te_block_conv2d_update *s, int8_t *w, const te_mantissa_t *dy,
                                         const int8_t *x, const float *lr, const uint32_t *random, int8_t *residual,
                                         float *velocity, const float *step, te_wide *row)
{
    const int32_t top = te_block_dw_top(s, dy);
    const te_block_step b = te_block_step_of(s, top, lr, random, residual, velocity, step);
    for (int32_t oc = 0; oc < s->out_c; oc++) {
        te_block_conv2d_dw_row(s, dy, x, oc, top, row);
        te_block_step_channel(s, &b, w, row, oc);
    }
}

#endif
