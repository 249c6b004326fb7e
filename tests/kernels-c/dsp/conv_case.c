/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

#include "conv_case.h"

#include <string.h>

#include "board.h"
#include "random.h"
#include "te_kernels.h"

int8_t case_x[MAP], case_ring[MAP], case_w[WEIGHTS], case_expected[MAP], case_y[MAP];
uint8_t case_mask[MAP / 8], case_mask_expected[MAP / 8];
int32_t case_b[CHANNELS];
float case_m[CHANNELS];
uint32_t case_packed[WEIGHTS], case_scratch[1024];
uint32_t case_table[4 * CHANNELS];
int16_t case_taps[TAPS];

pairs_kernel_rows *pointwise_kernel(int32_t in_c)
{
    const int32_t fours = (in_c + 3) / 4;
    return fours == 2   ? te_pointwise8_conv2d_i8_dsp_rows
           : fours == 4 ? te_pointwise16_conv2d_i8_dsp_rows
           : fours == 6 ? te_pointwise24_conv2d_i8_dsp_rows
                        : te_pointwise_conv2d_i8_dsp_rows;
}

/* Columns of a row of pairs: of the operand with its left padding, and of the last block. */
static int32_t depthwise_columns(const te_conv2d *s)
{
    const int32_t lead = s->pad_left + (s->kernel_w == 5 ? 0 : 1), blocks = (s->out_w + 3) / 4;
    const int32_t block = s->stride_w == 1   ? s->kernel_w == 7 ? 12 : 8
                          : s->kernel_w == 3 ? 10
                          : s->kernel_w == 5 ? 12
                                             : 14;
    const int32_t read = (blocks - 1) * 4 * s->stride_w + block, written = lead + s->in_w;
    return read > written ? read : written;
}

enum { PITCHES = 5 };

static const int32_t pitches[PITCHES] = {16, 48, 80, 144, 272};

/* True for narrow maps whose last column is made as a column. */
static int is_narrow(const te_conv2d *s)
{
    return s->kernel_h == 3 && s->stride_h == 1 && s->pad_left + s->in_w <= 7 && s->out_w <= 5;
}

/* The least pitch that holds a row, PITCHES if none does. */
static int32_t pitch_of(const te_conv2d *s, int narrow)
{
    if (narrow && is_narrow(s)) {
        return 0;
    }
    int32_t i = 1;
    while (i < PITCHES && (depthwise_columns(s) > pitches[i] / 2 || pitches[i] * s->kernel_h > 1016)) {
        i++;
    }
    return i;
}

#define KERNELS(name, p)                                                                                               \
    {                                                                                                                  \
        te_depthwise3s1_##p##name, te_depthwise3s2_##p##name, te_depthwise5s1_##p##name, te_depthwise5s2_##p##name,    \
            te_depthwise7s1_##p##name, te_depthwise7s2_##p##name                                                       \
    }

channels_kernel_rows *depthwise_kernel(const te_conv2d *s)
{
    static channels_kernel_rows *const kernels[PITCHES + 1][6] = {
        {te_depthwise3s1_16_conv2d_i8_dsp_rows, 0, 0, 0, 0, 0},
        KERNELS(_conv2d_i8_dsp_rows, 48),
        KERNELS(_conv2d_i8_dsp_rows, 80),
        KERNELS(_conv2d_i8_dsp_rows, 144),
        {te_depthwise3s1_272_conv2d_i8_dsp_rows, te_depthwise3s2_272_conv2d_i8_dsp_rows, 0, 0, 0, 0},
        {0, 0, 0, 0, 0, 0},
    };
    return kernels[pitch_of(s, 1)][s->kernel_h - 3 + s->stride_h - 1];
}

channels_wide_kernel_rows *depthwise_wide_kernel(const te_conv2d *s)
{
    static channels_wide_kernel_rows *const kernels[PITCHES + 1][6] = {
        {0, 0, 0, 0, 0, 0},
        KERNELS(_wide_conv2d_i8_dsp_rows, 48),
        KERNELS(_wide_conv2d_i8_dsp_rows, 80),
        KERNELS(_wide_conv2d_i8_dsp_rows, 144),
        {te_depthwise3s1_272_wide_conv2d_i8_dsp_rows, te_depthwise3s2_272_wide_conv2d_i8_dsp_rows, 0, 0, 0, 0},
        {0, 0, 0, 0, 0, 0},
    };
    return kernels[pitch_of(s, 0)][s->kernel_h - 3 + s->stride_h - 1];
}

void conv_extents(conv_case *c, int32_t h, int32_t w, int32_t in_c, int32_t out_c, int32_t kernel, int32_t stride,
                  int32_t pad)
{
    memset(c, 0, sizeof *c);
    c->overlap = -1;
    te_conv2d *const s = &c->s;
    s->batch = s->dilation_h = s->dilation_w = s->groups = 1;
    s->in_h = h, s->in_w = w, s->in_c = in_c, s->out_c = out_c;
    s->kernel_h = s->kernel_w = kernel, s->stride_h = s->stride_w = stride, s->pad_top = s->pad_left = pad;
    s->out_h = (h + 2 * pad - kernel) / stride + 1, s->out_w = (w + 2 * pad - kernel) / stride + 1;
    s->y_min = -128, s->y_max = 127;
}

static uint32_t root(uint32_t v)
{
    uint32_t r = 0;
    while ((r + 1) * (r + 1) <= v) {
        r++;
    }
    return r;
}

void conv_numbers(conv_case *c, int32_t per_channel)
{
    te_conv2d *const s = &c->s;
    s->x_zero = random_between(0, 2) == 0 ? -128 : random_between(-128, 127);
    s->y_zero = random_between(0, 2) == 0 ? -128 : random_between(-128, 127);
    random_codes(case_x, s->batch * s->in_h * s->in_w * s->in_c, -128);
    random_codes(case_w, per_channel * s->out_c, -127);
    for (int32_t oc = 0; oc < s->out_c; oc++) {
        const int32_t spread = (int32_t)root((uint32_t)per_channel) * 6000;
        case_b[oc] = random_between(-spread, spread);
        case_m[oc] = (float)random_between(20, 400) / (float)spread * (float)random_between(1000, 1999) / 1500.0f;
    }
}

void conv_rows(conv_case *c, int32_t all)
{
    const te_conv2d *s = &c->s;
    const int32_t bytes = s->in_w * s->in_c, out_rows = s->batch * s->out_h, in_rows = s->batch * s->in_h;
    te_row_range *const r = &c->rows;
    r->first = all ? 0 : random_between(0, out_rows - 1);
    r->end = all ? out_rows : random_between(r->first + 1, out_rows);
    r->x_ring = in_rows;
    r->y_ring = all ? out_rows : random_between(r->end - r->first, out_rows);
    /* the operand rows that are read */
    int32_t least = in_rows, most = -1;
    for (int32_t row = r->first; row < r->end; row++) {
        const int32_t image = row / s->out_h * s->in_h, top = row % s->out_h * s->stride_h - s->pad_top;
        for (int32_t kh = 0; kh < s->kernel_h; kh++) {
            const int32_t ih = top + kh * s->dilation_h;
            if (ih >= 0 && ih < s->in_h) {
                least = image + ih < least ? image + ih : least;
                most = image + ih > most ? image + ih : most;
            }
        }
    }
    if (!all && least <= most) {
        r->x_ring = random_between(0, 1) == 0 ? most - least + 1 : random_between(most - least + 1, in_rows);
    }
    memset(case_ring, 77, sizeof case_ring);
    for (int32_t i = least; i <= most; i++) {
        memcpy(&case_ring[i % r->x_ring * bytes], &case_x[i * bytes], (size_t)bytes);
    }
}

/* Bytes from result to operand so that the window of a pixel lies behind what is written when it is complete. */
static int32_t least_lead(const te_conv2d *s)
{
    int32_t lead = 0;
    for (int32_t row = 0; row < s->batch * s->out_h; row++) {
        for (int32_t column = 0; column < s->out_w; column++) {
            const int32_t end = row * s->out_w + column + 1;
            for (int32_t tap = 0; tap < s->kernel_h * s->kernel_w; tap++) {
                const int32_t ih = row % s->out_h * s->stride_h - s->pad_top + tap / s->kernel_w * s->dilation_h;
                const int32_t iw = column * s->stride_w - s->pad_left + tap % s->kernel_w;
                if (ih >= 0 && ih < s->in_h && iw >= 0 && iw < s->in_w) {
                    const int32_t at = ((row / s->out_h * s->in_h + ih) * s->in_w + iw) * s->in_c;
                    lead = end * s->out_c - at > lead ? end * s->out_c - at : lead;
                }
            }
        }
    }
    return lead;
}

const int8_t *conv_operand(conv_case *c, conv_order order)
{
    const te_conv2d *s = &c->s;
    const int32_t whole =
        c->rows.first == 0 && c->rows.end == s->batch * s->out_h && c->rows.x_ring == s->batch * s->in_h;
    c->overlap = -1;
    if (order == CONV_APART || !whole || random_between(0, 1) == 0) {
        return case_ring;
    }
    c->overlap = least_lead(s) + (random_between(0, 3) == 0 ? random_between(0, 2 * s->in_c) : 0);
    if (order == CONV_CHANNELS) {
        if (s->batch > 1 || s->in_c % 4 != 0 || s->in_h != s->out_h || s->in_w != s->out_w) {
            return case_ring;
        }
        c->overlap = 0;
    }
    memcpy(&case_y[64 + c->overlap], case_x, (size_t)(s->batch * s->in_h * s->in_w * s->in_c));
    return &case_y[64 + c->overlap];
}

void conv_clear(void)
{
    memset(case_y, 55, sizeof case_y);
    memset(case_mask, 55, sizeof case_mask);
}

int conv_differs(const conv_case *c, const char *name)
{
    const te_conv2d *s = &c->s;
    const te_row_range *r = &c->rows;
    const int32_t row = s->out_w * s->out_c, rows = s->batch * s->out_h;
    int32_t wrong = 0, at = -1, outside = 0;
    for (int32_t i = 0; i < r->y_ring; i++) {
        int32_t made = i; /* the row that lies there, if one does */
        while (made < r->first) {
            made += r->y_ring;
        }
        for (int32_t k = 0; k < row; k++) {
            const int32_t y = case_y[64 + i * row + k];
            if (made >= r->end) {
                outside += y != 55;
            } else if (y != case_expected[made * row + k]) {
                at = at < 0 ? made * row + k : at;
                wrong++;
            }
        }
    }
    for (int32_t i = 0; i < 64; i++) {
        outside += (case_y[i] != 55) + (c->overlap < 0 && case_y[64 + r->y_ring * row + i] != 55);
    }
    for (int32_t i = 0; c->masked && i < rows * row; i++) {
        const int32_t bit = 1 << (i & 7), is = case_mask[8 + i / 8] & bit;
        if (i < r->first * row || i >= r->end * row) {
            outside += is != (55 & bit);
        } else if (is != (case_mask_expected[i / 8] & bit)) {
            at = at < 0 ? i : at;
            wrong++;
        }
    }
    if (c->masked && r->end == rows && rows * row % 8 != 0) {
        outside += case_mask[8 + rows * row / 8] >> rows * row % 8 != 0; /* bits of no code */
    }
    if (wrong + outside > 0) {
        board_print("%s %d of %dx%dx%d kernel %dx%d stride %d pad %d to %d, rows %d to %d of %d, rings %d and %d, "
                    "overlap %d: %d "
                    "wrong from %d on, "
                    "%d outside\n",
                    name, s->batch, s->in_h, s->in_w, s->in_c, s->kernel_h, s->kernel_w, s->stride_h, s->pad_left,
                    s->out_c, r->first, r->end, rows, r->x_ring, r->y_ring, c->overlap, wrong, at, outside);
    }
    return wrong + outside > 0;
}
