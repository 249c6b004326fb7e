/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* 1x1 convolution of codes, stride 1, whose weights lie in two arrays, as they do where some input channels train. Three pixels are read
 * before they are written, by way of scratch where a table orders their channels or where results lie over the operand. */
#include "te_dsp_mask.h"
#include "te_dsp_rows.h"
#include "te_kernels.h"
#include "te_mve_first_sums.h"
#include "te_mve_mask.h"
#include "te_mve_parts.h"

/* The channels of a pixel in the order of the table, or as they are. */
static void te_parts_stage(const int8_t *x, int32_t count, const int16_t *channels, int8_t *to)
{
    if (channels == NULL) {
        memcpy(to, x, (size_t)count);
        return;
    }
#if TE_MVE_CORE
    __asm__ volatile(
        "dlstp.16 lr, %[count]\n"
        "1: vldrh.16 q0, [%[channels]], #16\n vldrb.u16 q1, [%[x], q0]\n vstrb.16 q1, [%[to]], #8\n letp lr, 1b\n"
        : [channels] "+r"(channels), [to] "+l"(to)
        : [count] "r"(count), [x] "r"(x)
        : "q0", "q1", "lr", "memory");
#else
    for (int32_t i = 0; i < count; i++) {
        to[i] = x[channels[i]];
    }
#endif
}

/* count pixels; first: sums of all channels. */
static void te_parts_pixels(const te_conv2d *s, int32_t count, const int8_t *x, const int8_t *w, const int8_t *part,
                            const int32_t *first, const float *multiplier, const int16_t *channels, int8_t *y,
                            int8_t *staged)
{
    const int32_t k = s->in_c, n = s->out_c, part_c = s->part_c, rest_c = k - part_c;
    const int32_t apart = channels == NULL && (y >= x + count * k || y + count * n <= x);
    te_mve_parts b;
    b.inputs[0] = part_c;
    b.inputs[1] = 2 * part_c;
    b.second[0] = rest_c;
    b.second[1] = 2 * rest_c;
    b.y_zero = s->y_zero;
    b.y_min = s->y_min;
    b.y_max = s->y_max;
    for (; count > 0; count -= 3, x += 3 * k, y += 3 * n) {
        for (int32_t p = 0; p < 3; p++) {
            const int32_t at = p < count ? p : count - 1; /* the last one again */
            b.x[p] = x + at * k;
            if (apart == 0) {
                te_parts_stage(b.x[p], k, channels, staged + p * k);
                b.x[p] = staged + p * k;
            }
        }
        /* some of the last four again */
        for (int32_t oc = 0; oc < n; oc = oc == 0 && n % 4 != 0 ? n - 4 : n) {
            const int32_t some = oc == 0 ? n & ~3 : 4;
            for (int32_t p = 0; p < 3; p++) {
                b.y[p] = y + (p < count ? p : count - 1) * n + oc;
            }
            b.first = first + oc;
            b.multiplier = multiplier + oc;
            b.w[0] = part + oc * part_c;
            b.w[1] = w + oc * rest_c;
            b.w_end = b.w[0] + some * part_c;
            te_mve_parts_block(&b);
        }
    }
}

void te_pointwise_parts_conv2d_i8_mve_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x, const int8_t *w,
                                           const int32_t *b, const int8_t *part, const float *multiplier,
                                           const int16_t *channels, int8_t *y, uint8_t *mask, int32_t *scratch)
{
    const int32_t row = s->out_w * s->out_c;
    te_mve_layer l;
    l.outputs = s->out_c;
    l.w = part;
    l.inputs = s->part_c;
    te_mve_first_sums(&l, s->x_zero, b, scratch);
    l.w = w;
    l.inputs = s->in_c - s->part_c;
    te_mve_first_sums(&l, s->x_zero, scratch, scratch);
    te_dsp_rows rows;
    for (int32_t i = r->first; te_dsp_part(s, r, i, &rows) != 0; i += rows.count) {
        const int32_t slot = te_dsp_ring_row(&rows, rows.first);
        rows.count = rows.count < rows.ring - slot ? rows.count : rows.ring - slot;
        int8_t *const to = y + rows.y_row * row;
        te_parts_pixels(s, rows.count * s->in_w, x + slot * s->in_w * s->in_c, w, part, scratch, multiplier, channels,
                        to, (int8_t *)(scratch + s->out_c));
        if (mask != NULL) {
            te_mve_mask(to, rows.count * row, mask, rows.mask_row * row, s->y_min, s->y_max);
        }
    }
    te_dsp_mask_end(s, r, mask);
}

void te_pointwise_parts_conv2d_i8_mve(const te_conv2d *s, const int8_t *x, const int8_t *w, const int32_t *b,
                                      const int8_t *part, const float *multiplier, const int16_t *channels, int8_t *y,
                                      uint8_t *mask, int32_t *scratch)
{
    const te_row_range all = te_dsp_whole(s);
    te_pointwise_parts_conv2d_i8_mve_rows(s, &all, x, w, b, part, multiplier, channels, y, mask, scratch);
}
