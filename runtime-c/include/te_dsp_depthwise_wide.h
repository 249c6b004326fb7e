/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of codes with any clamp, a mask and a bias that trains. Codes that are not clamped yet stand as int16 in the
 * planes, over pairs that were read, until four channels are complete; then four codes of a pixel are stored at once. */
#ifndef TE_DSP_DEPTHWISE_WIDE_H
#define TE_DSP_DEPTHWISE_WIDE_H

#include "te_dsp_depthwise.h"
#include "te_dsp_mask.h"

/* The ends of a clamp twice as int16; of a mask four times as bytes: the least code whose bit is 1, and how many codes there are. */
typedef struct te_dsp_ends {
    uint32_t high, low, first, codes;
} te_dsp_ends;

#if TE_DSP_CORE

/* Two codes clamped. */
static inline uint32_t te_dsp_clamp(uint32_t codes, const te_dsp_ends *ends)
{
    uint32_t y, t;
    __asm__("ssub16 %1, %2, %3\n"
            "sel %0, %3, %2\n"
            "ssub16 %1, %0, %4\n"
            "sel %0, %0, %4"
            : "=&r"(y), "=&r"(t)
            : "r"(codes), "r"(ends->high), "r"(ends->low));
    return y;
}

/* A bit of each of four codes. */
static inline uint32_t te_dsp_between(uint32_t codes, const te_dsp_ends *ends)
{
    uint32_t t;
    __asm__("usub8 %0, %1, %2\n"
            "usub8 %0, %0, %3\n"
            "sel %0, %4, %5"
            : "=&r"(t)
            : "r"(codes), "r"(ends->first), "r"(ends->codes), "r"(0), "r"(0x08040201));
    return t * 0x01010101u >> 24;
}

/* Two pixels of four channels: their codes as two words; returns four bits of each where they are wanted. */
static inline uint32_t te_dsp_two_pixels(const uint32_t *from, int32_t plane, const te_dsp_ends *ends, int32_t bits,
                                         uint32_t *pixels)
{
    const uint32_t a = te_dsp_clamp(from[0], ends), b = te_dsp_clamp(from[plane], ends),
                   c = te_dsp_clamp(from[2 * plane], ends), d = te_dsp_clamp(from[3 * plane], ends);
    uint32_t u, v;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(u) : "r"(a), "r"(c));
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(v) : "r"(b), "r"(d));
    pixels[0] = (u & 0x00ff00ffu) | (v & 0x00ff00ffu) << 8;
    __asm__("pkhtb %0, %2, %1, asr #16" : "=r"(u) : "r"(a), "r"(c));
    __asm__("pkhtb %0, %2, %1, asr #16" : "=r"(v) : "r"(b), "r"(d));
    pixels[1] = (u & 0x00ff00ffu) | (v & 0x00ff00ffu) << 8;
    return bits == 0 ? 0 : te_dsp_between(pixels[0], ends) | te_dsp_between(pixels[1], ends) << 4;
}

#else

static inline uint32_t te_dsp_two_pixels(const uint32_t *from, int32_t plane, const te_dsp_ends *ends, int32_t bits,
                                         uint32_t *pixels)
{
    const int32_t low = (int16_t)ends->low, high = (int16_t)ends->high;
    const te_four both = te_four_of(from, from + plane, from + 2 * plane, from + 3 * plane);
    const te_four v = te_halves_clamp(te_four_halves(te_four_half(both), te_four_shift(both, 16)), low, high);
    const uint64_t bytes = te_halves_bytes(v);
    pixels[0] = (uint32_t)bytes;
    pixels[1] = (uint32_t)(bytes >> 32);
    return bits == 0 ? 0 : te_halves_between(v, low, high);
}

#endif

/* Results of four channels, from the first channel on. index: of the first pixel's first channel in the mask. */
static void te_dsp_finish(const te_dsp_dw *d, const te_conv2d *s, int32_t rows, int32_t first, const uint32_t *planes,
                          int8_t *y, uint8_t *mask, int32_t index)
{
    const te_dsp_ends ends = {(uint32_t)(s->y_max & 0xffff) * 0x00010001u, (uint32_t)(s->y_min & 0xffff) * 0x00010001u,
                              (uint32_t)((s->y_min + 1) & 0xff) * 0x01010101u,
                              (uint32_t)((s->y_max - s->y_min - 1) & 0xff) * 0x01010101u};
    const int32_t channels = s->in_c, whole_bytes = mask != NULL && channels % 8 == 0;
    uint8_t *bits = mask == NULL ? NULL : mask + (index + first) / 8;
    y += first;
    index += first;
    for (int32_t row = 0; row < rows; row++, planes += d->stride * d->pitch / 4) {
        const uint32_t *from = planes;
        for (int32_t left = s->out_w; left > 0; left -= 2) {
            uint32_t codes[2];
            uint32_t inside = te_dsp_two_pixels(from, d->plane, &ends, whole_bytes, codes);
            from += (left - s->out_w) % 4 == 0 ? 1 : 2 * d->stride - 1;
            for (int32_t p = 0; p < (left < 2 ? left : 2); p++, inside >>= 4, y += channels) {
                memcpy(y, &codes[p], 4);
                if (whole_bytes != 0) {
                    *bits = (uint8_t)(first % 8 == 0 ? inside & 15u : *bits | (inside & 15u) << 4);
                    bits += channels / 8;
                } else if (mask != NULL) {
                    te_dsp_mask_codes(s, y, 4, mask, index);
                    index += channels;
                }
            }
        }
    }
}

/* First sum with a bias, times 2^scale. A bias so far beyond that every code saturates may as well be nearer. */
static inline int32_t te_dsp_dw_bias(int32_t sum, int32_t bias, int32_t scale)
{
    const int32_t limit = 0x40000000 >> scale;
    sum += bias;
    return scale == 0 ? sum : (sum < -limit ? -limit : sum > limit ? limit : sum) * (1 << scale);
}

static inline __attribute__((always_inline)) void
te_dsp_depthwise_wide(te_dsp_dw_of *function, te_dsp_taps_of *pairs, int32_t kernel, int32_t stride, int32_t pitch,
                      const te_conv2d *s, int32_t call_rows, const te_dsp_rows *rows, const int8_t *x, const int8_t *w,
                      const te_dsp_channel_table *table, const int32_t *b, int8_t *y, uint8_t *mask, int32_t index,
                      uint32_t *scratch)
{
    const int32_t channels = s->in_c, plane_rows = te_dsp_plane_rows(kernel, stride, pitch, call_rows, 0);
    const int32_t most = (plane_rows - kernel) / stride + 1;
    uint32_t taps[7 * 6];
    te_dsp_dw_run run;
    const te_dsp_dw d = te_dsp_dw_layer(kernel, stride, pitch, s, plane_rows, &run);
    for (int32_t group = 0; group < channels; group += 4) {
        const int32_t first = group + 4 <= channels ? group : channels - 4;
        te_dsp_batch batch = te_dsp_first_batch(&d, s, rows, most);
        for (; batch.count > 0; te_dsp_next_batch(&d, s, rows, most, &batch, scratch)) {
            uint32_t *const to = scratch + batch.kept * pitch / 4;
            const int32_t done = batch.done * s->out_w * channels;
            te_dsp_pad_sides(&d, s, batch.rows, to); /* results stood there */
            te_dsp_pad_rows(&d, s, batch.top, batch.rows, to);
            te_dsp_gather(&d, s, rows, x + first, batch.top, batch.rows, to);
            for (int32_t c = first; c < first + 4; c++) {
                te_dsp_channel_table t = table[c];
                if (b != NULL) {
                    t.sum = te_dsp_dw_bias(t.sum, b[c], t.scale);
                }
                run.table = &t;
                run.taps = te_dsp_dw_taps(pairs, w + c * kernel * kernel, t.scale, taps);
                run.x = scratch + (c - first) * d.plane;
                run.x_end = run.x + batch.count * stride * pitch / 4;
                function(&run);
            }
            te_dsp_finish(&d, s, batch.count, first, scratch, y + done, mask, index + done);
        }
    }
}

/* A kernel for rows of up to pitch / 2 columns, padding included; taps: those of kernel 5 or 7, else NULL. */
#define TE_DSP_DEPTHWISE_WIDE(kernel, stride, pitch, taps)                                                             \
    TE_DSP_DEPTHWISE_WIDE_NAMED(kernel, stride, pitch, te_depthwise##kernel##s##stride##_##pitch##_wide_conv2d_i8_dsp, \
                                taps)
#define TE_DSP_DEPTHWISE_WIDE_NAMED(kernel, stride, pitch, name, taps)                                                 \
    TE_DSP_DW_ROWS(te_dsp_run, kernel, stride, pitch, WIDE)                                                            \
    void name##_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x, const int8_t *w,                      \
                     const uint32_t *table, const int32_t *b, int8_t *y, uint8_t *mask, uint32_t *scratch)             \
    {                                                                                                                  \
        const te_dsp_channel_table *const channels = (const te_dsp_channel_table *)(const void *)table;                \
        const int32_t row = s->out_w * s->out_c;                                                                       \
        te_dsp_rows part;                                                                                              \
        for (int32_t i = r->first; te_dsp_part(s, r, i, &part) != 0; i += part.count) {                                \
            te_dsp_depthwise_wide(te_dsp_run, taps, kernel, stride, pitch, s, te_dsp_call_rows(s, r), &part, x, w,     \
                                  channels, b, y + part.y_row * row, mask, part.mask_row * row, scratch);              \
        }                                                                                                              \
        te_dsp_mask_end(s, r, mask);                                                                                   \
    }                                                                                                                  \
    void name(const te_conv2d *s, const int8_t *x, const int8_t *w, const uint32_t *table, const int32_t *b,           \
              int8_t *y, uint8_t *mask, uint32_t *scratch)                                                             \
    {                                                                                                                  \
        const te_row_range all = te_dsp_whole(s);                                                                      \
        name##_rows(s, &all, x, w, table, b, y, mask, scratch);                                                        \
    }

#endif
