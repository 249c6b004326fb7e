/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Kernels of training against their references over random shapes: gradients in blocks of int8, weights in two arrays. */
#include "board.h"
#include "random.h"
#include "te_dsp_gradient.h"
#include "te_kernels.h"

#include <string.h>

#ifndef SHAPES
#define SHAPES 500
#endif
#ifndef WITH_MVE
#define WITH_MVE 0 /* 1: Helium kernels too */
#endif

enum { ELEMENTS = 40000, FACTORS = 1024, ROW = 40000 };

static int8_t dy[ELEMENTS], ring[ELEMENTS], dx[ELEMENTS], expected[ELEMENTS], w[ELEMENTS], part[ELEMENTS];
static uint8_t bits[ELEMENTS / 8], bits_expected[ELEMENTS / 8];
static int32_t bias[FACTORS];
static float multiplier[FACTORS], velocities[2][1024];
static int16_t factors[FACTORS], table[FACTORS];
static int32_t row[ROW];

static int32_t divisor(int32_t extent)
{
    int32_t d;
    do {
        d = random_between(1, extent);
    } while (extent % d != 0);
    return d;
}

static int32_t guard_of(int32_t terms, int32_t largest)
{
    int32_t guard = 0;
    while ((int64_t)terms * 127 * largest < (int64_t)1 << (29 - guard)) {
        guard++;
    }
    return guard;
}

/* Blocks whose exponents lie close to each other or far apart; blocks of zeros; many zeros. */
static void random_blocks(int8_t *to, int32_t blocks, int32_t mantissas)
{
    const int32_t spread = random_between(0, 2) == 0 ? 20 : random_between(0, 5), base = random_between(-70, -20);
    const uint32_t zeros = (uint32_t)random_between(0, 3), largest = random_between(0, 3) == 0 ? 3 : 127;
    for (int32_t b = 0; b < blocks; b++) {
        const int32_t none = random_between(0, 9) == 0;
        *to++ = (int8_t)(none ? TE_EXPONENT_MIN : base + random_between(0, spread));
        for (int32_t i = 0; i < mantissas; i++) {
            const int32_t zero = none || random_bits() % 4 < zeros;
            *to++ = (int8_t)(zero ? 0 : random_between(-(int32_t)largest, (int32_t)largest));
        }
    }
}

/* Factors of channels, in one of three ranges, or none. */
static const int16_t *random_factors(int32_t channels)
{
    const int32_t kind = random_between(0, 3);
    for (int32_t c = 0; c < channels; c++) {
        factors[c] = (int16_t)random_between(kind == 1 ? 16384 : 1, kind == 2 ? 40 : 32767);
    }
    return kind == 0 ? NULL : factors;
}

static int differs(const int8_t *got, const int8_t *want, int32_t count, const char *name, int32_t n)
{
    for (int32_t i = 0; i < count; i++) {
        if (got[i] != want[i]) {
            board_print("%s %d: element %d of %d is %d, not %d\n", name, n, i, count, got[i], want[i]);
            return 1;
        }
    }
    return 0;
}

static int test_store(void)
{
    int differ = 0;
    for (int n = 0; n < 4 * SHAPES; n++) {
        const int32_t channels = random_between(1, 90), count = channels * random_between(1, 3);
        const int32_t bits = random_between(1, 30), kind = random_between(0, 3);
        const int16_t *const f = random_factors(channels);
        for (int32_t i = 0; i < count; i++) {
            int32_t v = random_between(-(1 << (bits - 1)), 1 << (bits - 1)) * 2 + 1;
            if (kind == 1 && bits > 12) { /* ends of the range, halves */
                v = (random_between(-255, 255) * (1 << (bits - 10)) + random_between(-1, 1)) * random_between(1, 2);
            } else if (kind == 2) {
                v = random_between(-511, 511) * (1 << (bits > 10 ? bits - 10 : 0));
            }
            row[i] = v;
        }
        if (kind == 3) {
            for (int32_t c = 0; c < channels; c++) {
                factors[c] = (int16_t)(1 << random_between(4, 14));
            }
        }
        const int32_t exponent = random_between(-100, 20);
        te_block_store(row, count, channels, f, exponent, expected);
        const int32_t lift = bits < 10 ? 20 : 0;
        for (int32_t i = 0; i < count; i++) {
            row[i] *= 1 << lift;
        }
        te_dsp_block_store(row, count, channels, f, lift, exponent, dx);
        differ += differs(dx, expected, count + 1, "store", n);
    }
    board_print("store: %d of %d blocks differ\n", differ, 4 * SHAPES);
    return differ;
}

static te_block_conv2d random_extents(int32_t h, int32_t width, int32_t in_c, int32_t out_c)
{
    te_block_conv2d s;
    memset(&s, 0, sizeof s);
    s.batch = random_between(0, 5) == 0 ? 2 : 1;
    s.in_h = s.out_h = h, s.in_w = s.out_w = width, s.in_c = in_c, s.out_c = out_c;
    s.kernel_h = s.kernel_w = s.stride_h = s.stride_w = s.dilation_h = s.dilation_w = s.groups = 1;
    s.exponent = random_between(-25, 5);
    return s;
}

/* Some rows of dx, and a ring with the rows of dy that they read; the bytes of a row of each. */
static te_row_range random_rows(const te_block_conv2d *s, int32_t dy_row, int32_t *dx_row)
{
    te_row_range r = {0, s->batch * s->in_h, s->batch * s->out_h, s->batch * s->in_h};
    *dx_row = s->in_w / s->in_pixels * te_block_at(1, s->in_pixels * s->in_c);
    const int32_t rows = s->batch * s->out_h;
    if (random_between(0, 2) > 0) {
        r.first = random_between(0, r.end - 1), r.end = random_between(r.first + 1, r.end);
        const int32_t reach = s->kernel_h * s->dilation_h;
        const int32_t least = r.end - r.first + 2 * reach;
        r.x_ring = least < rows ? least : rows;
        r.y_ring = random_between(r.end - r.first, r.y_ring);
    }
    const int32_t image = r.first / s->in_h,
                  top = r.first - image * s->in_h + s->pad_top - (s->kernel_h - 1) * s->dilation_h;
    const int32_t first = image * s->out_h + (top <= 0 ? 0 : top / s->stride_h);
    memset(ring, 0x55, sizeof ring);
    for (int32_t i = 0; i < rows; i++) {
        const int32_t at = (first + i) % rows; /* what is needed goes in last */
        if (r.x_ring == rows || (at >= first && at < first + r.x_ring)) {
            memcpy(&ring[at % r.x_ring * dy_row], &dy[at * dy_row], (size_t)dy_row);
        }
    }
    return r;
}

static int rows_differ(const te_row_range *r, int32_t dx_row, const char *name, int32_t n)
{
    for (int32_t i = r->first; i < r->end; i++) {
        if (differs(&dx[i % r->y_ring * dx_row], &expected[i * dx_row], dx_row, name, n)) {
            return 1;
        }
    }
    return 0;
}

static int test_pointwise_dx(int parts)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        te_block_conv2d s =
            random_extents(random_between(1, 4), random_between(1, 8), random_between(1, 70), random_between(4, 40));
        if (n % 3 > 0) {
            s.in_c = (s.in_c + 1) & ~1, s.out_c = (s.out_c + 3) & ~3;
        }
        s.in_pixels = divisor(s.in_w), s.out_pixels = divisor(s.out_w);
        s.part_c = parts ? random_between(0, s.in_c) : 0;
        s.guard = guard_of(s.out_c, 127);
        const int32_t dy_row = s.out_w / s.out_pixels * te_block_at(1, s.out_pixels * s.out_c);
        random_blocks(dy, s.batch * s.out_h * s.out_w / s.out_pixels, s.out_pixels * s.out_c);
        random_codes(w, s.in_c * s.out_c, -128);
        random_codes(part, s.in_c * s.out_c, -128);
        for (int32_t c = 0; c < s.in_c; c++) {
            table[c] = (int16_t)(s.in_c - 1 - c);
        }
        const int16_t *const f = random_factors(s.in_c), *const channels = n % 8 == 0 ? table : NULL;
        int32_t dx_row;
        const te_row_range r = random_rows(&s, dy_row, &dx_row);
        if (parts) {
            te_conv2d_dx_parts_b8_i8_ref(&s, dy, w, part, channels, f, expected, row);
            te_pointwise_dx_parts_b8_i8_dsp_rows(&s, &r, ring, w, part, channels, f, dx, row);
        } else {
            te_conv2d_dx_b8_i8_ref(&s, dy, w, f, expected, row);
            te_pointwise_dx_b8_i8_dsp_rows(&s, &r, ring, w, f, dx, row);
        }
        differ += rows_differ(&r, dx_row, parts ? "pointwise dx in parts" : "pointwise dx", n);
#if WITH_MVE
        memset(dx, 55, sizeof dx);
        if (parts) {
            te_pointwise_dx_parts_b8_i8_mve_rows(&s, &r, ring, w, part, channels, f, dx, row);
        } else {
            te_pointwise_dx_b8_i8_mve_rows(&s, &r, ring, w, f, dx, row);
        }
        differ += rows_differ(&r, dx_row, parts ? "pointwise dx in parts, Helium" : "pointwise dx, Helium", n);
#endif
    }
    board_print("pointwise dx%s: %d of %d shapes differ\n", parts ? " in parts" : "", differ, SHAPES);
    return differ;
}

static void random_order(int16_t *to, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        const int32_t at = random_between(0, i);
        to[i] = to[at];
        to[at] = (int16_t)i;
    }
}

static int test_dense_dx(void)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        te_block_conv2d s = random_extents(1, 1, random_between(4, 70), random_between(1, 40));
        s.batch = s.in_pixels = s.out_pixels = 1;
        s.guard = guard_of(s.out_c, 127);
        random_blocks(dy, 1, s.out_c);
        for (int32_t oc = 0; oc < s.out_c; oc++) {
            dy[1 + oc] = (int8_t)(random_between(0, 2) <= n % 3 ? dy[1 + oc] : 0);
        }
        random_codes(w, s.in_c * s.out_c, -128);
        const int16_t *const f = random_factors(s.in_c);
        te_conv2d_dx_b8_i8_ref(&s, dy, w, f, expected, row);
        te_dense_dx_b8_i8_dsp(&s, dy, w, f, dx, row);
        differ += differs(dx, expected, 1 + s.in_c, "dense dx", n);
    }
    board_print("dense dx: %d of %d shapes differ\n", differ, SHAPES);
    return differ;
}

static int test_pointwise_trained(int parts)
{
    int differ = 0;
    for (int n = 0; n < (1 + WITH_MVE) * SHAPES; n++) {
        te_conv2d s;
        memset(&s, 0, sizeof s);
        s.batch = random_between(0, 5) == 0 ? 2 : 1;
        s.in_h = s.out_h = random_between(1, 4), s.in_w = s.out_w = random_between(1, 7);
        s.in_c = 4 * random_between(1, n % 10 == 0 ? 64 : 12), s.part_c = 4 * random_between(0, s.in_c / 4);
        s.out_c = random_between(1, n % 10 == 1 ? 150 : 40);
        s.out_c = n % 3 == 0 ? (s.out_c + 7) & ~7 : s.out_c;
        s.kernel_h = s.kernel_w = s.stride_h = s.stride_w = s.dilation_h = s.dilation_w = s.groups = 1;
        s.x_zero = random_between(-128, 127), s.y_zero = random_between(-128, 127);
        s.y_min = n % 4 == 0 ? random_between(-128, 20) : -128,
        s.y_max = n % 4 == 0 ? random_between(s.y_min, 127) : 127;
        random_codes(dy, s.batch * s.in_h * s.in_w * s.in_c, -128);
        random_codes(w, s.out_c * s.in_c, -128);
        random_codes(part, s.out_c * s.in_c, -128);
        for (int32_t oc = 0; oc < s.out_c; oc++) {
            bias[oc] = random_between(-0x40000000, 0x3fffffff) >> random_between(0, 20);
            multiplier[oc] = (float)random_between(20, 4000) / 8000000.0f;
        }
        random_order(table, s.in_c);
        const int32_t *const b = n % 5 == 0 ? NULL : bias;
        const int16_t *const channels = n % 6 == 0 ? table : NULL;
        const int32_t rows = s.batch * s.in_h, in_row = s.in_w * s.in_c, out_row = s.out_w * s.out_c;
        te_row_range r = {0, rows, rows, rows};
        if (n % 4 != 0) {
            r.first = random_between(0, rows - 1), r.end = random_between(r.first + 1, rows);
            r.x_ring = random_between(r.end - r.first, rows), r.y_ring = random_between(r.end - r.first, rows);
        }
        for (int32_t i = r.first; i < r.end; i++) {
            memcpy(&ring[i % r.x_ring * in_row], &dy[i * in_row], (size_t)in_row);
        }
        memset(bits, 0, sizeof bits);
        memset(bits_expected, 0, sizeof bits_expected);
        uint8_t *const mask = n % 2 ? bits : NULL, *const mask_expected = n % 2 ? bits_expected : NULL;
        if (parts) {
            te_conv2d_parts_i8_ref(&s, dy, w, b, part, multiplier, channels, expected, mask_expected);
        } else {
            te_conv2d_i8_ref(&s, dy, w, b, multiplier, expected, mask_expected);
        }
        /* a call for all may have its operand where results grow over pixels that were read */
        const int32_t count = rows * s.in_w, more = s.out_c > s.in_c ? count * (s.out_c - s.in_c) + s.in_c : s.out_c;
        int8_t *const x = n % 4 == 0 ? &dx[more] : ring;
        if (x != ring) {
            memcpy(x, dy, (size_t)(count * s.in_c));
        }
#if WITH_MVE
        if (parts && n >= SHAPES && s.part_c > 0 && s.part_c < s.in_c && s.out_c >= 4) {
            te_pointwise_parts_conv2d_i8_mve_rows(&s, &r, x, w, b, part, multiplier, channels, dx, mask, row);
        } else
#endif
            if (parts) {
            te_pointwise_parts_conv2d_i8_dsp_rows(&s, &r, x, w, b, part, multiplier, channels, dx, mask,
                                                  (uint32_t *)row);
        } else {
            te_pointwise_plain_conv2d_i8_dsp_rows(&s, &r, x, w, b, multiplier, dx, mask, (uint32_t *)row);
        }
        int some = rows_differ(&r, out_row, parts ? "pointwise in parts" : "pointwise, plain", n);
        for (int32_t i = r.first * out_row; some == 0 && i < r.end * out_row; i++) {
            some = ((bits[i / 8] ^ bits_expected[i / 8]) >> i % 8 & 1) != 0;
        }
        differ += some;
    }
    board_print("pointwise%s: %d of %d shapes differ\n", parts ? " in parts" : ", plain", differ,
                (1 + WITH_MVE) * SHAPES);
    return differ;
}

static int test_update(int dense)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        te_block_conv2d_update s;
        memset(&s, 0, sizeof s);
        s.batch = random_between(0, 5) == 0 ? 2 : 1;
        s.in_h = s.out_h = random_between(1, 6), s.in_w = s.out_w = random_between(4, 9);
        if (dense) {
            s.batch = s.in_h = s.out_h = s.in_w = s.out_w = 1;
        }
        s.in_c = random_between(1, 40), s.out_c = random_between(1, 20);
        s.kernel_h = s.kernel_w = s.stride_h = s.stride_w = s.dilation_h = s.dilation_w = s.groups = 1;
        s.out_pixels = divisor(s.out_w);
        s.x_zero = n % 3 == 0 ? 0 : random_between(-128, 127), s.x_scale = (float)random_between(1, 100) / 1000.0f;
        s.guard = guard_of(s.batch * s.out_h * s.out_w, 255);
        s.rule = n % 5 < 3 ? TE_RULE_STOCHASTIC : n % 5 - 2, s.tensor = n;
        s.rate = n % 7 == 0 ? 0.5f : 1.0f, s.momentum = 0.5f, s.decay = n % 11 == 0 ? 0.01f : 0.0f;
        random_blocks(dy, s.batch * s.out_h * s.out_w / s.out_pixels, s.out_pixels * s.out_c);
        random_codes(ring, s.batch * s.in_h * s.in_w * s.in_c, -128);
        random_codes(w, s.out_c * s.in_c, -127);
        memcpy(part, w, sizeof part);
        const int32_t kept = n % 13 == 0, moving = n % 17 == 0;
        memset(dx, 0, sizeof dx);
        memset(expected, 0, sizeof expected);
        memset(velocities, 0, sizeof velocities);
        /* steps far below a code, around one, and far above */
        const int32_t top = te_block_largest(dy, s.batch * s.out_h * s.out_w / s.out_pixels, s.out_pixels * s.out_c);
        const float lr = te_power(random_between(-26, -10) - top), unit = 0.001f / s.x_scale;
        for (int32_t oc = 0; oc < s.out_c; oc++) {
            multiplier[oc] = oc % 5 == 4 ? 0.0f : unit * (float)random_between(1, 1000);
        }
        const uint32_t random[2] = {random_bits(), random_bits()};
        te_conv2d_update_b8_i8_ref(&s, part, dy, ring, &lr, random, kept ? expected : NULL,
                                   moving ? velocities[0] : NULL, multiplier, row);
        (dense ? te_dense_update_b8_i8_dsp : te_pointwise_update_b8_i8_dsp)(
            &s, w, dy, ring, &lr, random, kept ? dx : NULL, moving ? velocities[1] : NULL, multiplier, row);
        differ += differs(w, part, s.out_c * s.in_c, "update", n)
                  || differs(dx, expected, s.out_c * s.in_c, "residual of update", n)
                  || memcmp(velocities[0], velocities[1], sizeof velocities[0]) != 0;
    }
    board_print("%s update: %d of %d shapes differ\n", dense ? "dense" : "pointwise", differ, SHAPES);
    return differ;
}

/* Masks, another scale, sums: 0 to 3. */
static int test_rows(int kind)
{
    static const char *const names[] = {"mask", "mask and rescale", "sum of two", "sum of channels"};
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        te_block_rows s;
        memset(&s, 0, sizeof s);
        s.rows = random_between(1, 6), s.blocks = random_between(1, 4), s.channels = random_between(1, 50);
        s.channels = kind < 2 || n % 2 ? (s.channels + 7) & ~7 : s.channels;
        s.columns = s.channels * random_between(1, 4);
        s.guard = kind == 3 ? guard_of(s.rows * s.blocks * s.columns / s.channels, 1) : 22;
        s.exponent = random_between(-20, 5), s.rescale = kind == 1;
        const int32_t bytes = s.blocks * te_block_at(1, s.columns);
        random_blocks(dy, s.rows * s.blocks, s.columns);
        random_blocks(w, s.rows * s.blocks, s.columns);
        for (int32_t i = 0; i < s.rows * s.blocks * s.columns / 8; i++) {
            bits[i] = (uint8_t)(random_bits() >> 4);
        }
        const int16_t *const f = random_factors(s.channels);
        for (int32_t c = 0; c < s.channels; c++) {
            multiplier[c] = (float)random_between(1, 1000) / 1000.0f;
        }
        te_row_range r = {0, s.rows, s.rows, s.rows};
        if (n % 3 > 0) {
            r.first = random_between(0, s.rows - 1), r.end = random_between(r.first + 1, s.rows);
            r.x_ring = random_between(r.end - r.first, s.rows), r.y_ring = random_between(r.end - r.first, s.rows);
        }
        for (int32_t i = r.first; i < r.end; i++) {
            memcpy(&ring[i % r.x_ring * bytes], &dy[i * bytes], (size_t)bytes);
        }
        int8_t *const to = n % 5 == 0 ? ring : dx; /* in place */
        r.y_ring = to == ring ? r.x_ring : r.y_ring;
        if (kind == 0) {
            te_apply_mask_b8_ref(&s, dy, bits, expected);
            te_apply_mask_b8_dsp_rows(&s, &r, ring, bits, to);
        } else if (kind == 1) {
            te_apply_mask_rescale_b8_ref(&s, dy, bits, factors, expected, row);
            te_apply_mask_rescale_b8_dsp_rows(&s, &r, ring, bits, factors, to, row);
        } else if (kind == 2) {
            te_add_b8_ref(&s, dy, w, f, expected, NULL, row);
            te_add_b8_dsp_rows(&s, &r, ring, w, f, to, NULL, row);
        } else {
            const float *const scale = n % 4 == 0 ? NULL : multiplier;
            te_channel_sum_b8_ref(&s, dy, scale, velocities[0]);
            te_channel_sum_b8_dsp(&s, dy, scale, velocities[1], row);
            differ += memcmp(velocities[0], velocities[1], (size_t)s.channels * sizeof velocities[0][0]) != 0;
            continue;
        }
        if (to == ring) {
            memcpy(dx, ring, sizeof dx);
        }
        differ += rows_differ(&r, bytes, names[kind], n);
    }
    board_print("%s: %d of %d shapes differ\n", names[kind], differ, SHAPES);
    return differ;
}

static int test_depthwise_dx(void)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        te_block_conv2d s = random_extents(0, 0, random_between(4, n % 4 == 0 ? 40 : 13), 1);
        do {
            s.kernel_h = random_between(1, 7), s.kernel_w = random_between(1, 7);
            s.stride_h = random_between(1, 3), s.stride_w = random_between(1, 3);
            s.dilation_h = random_between(0, 5) == 0 ? 2 : 1, s.dilation_w = random_between(0, 5) == 0 ? 2 : 1;
            s.pad_top = random_between(0, s.kernel_h - 1), s.pad_left = random_between(0, s.kernel_w - 1);
            s.in_h = random_between(1, 8), s.in_w = random_between(1, n % 5 == 0 ? 40 : 9);
            const int32_t tall = s.in_h + s.pad_top + random_between(0, 2) - (s.kernel_h - 1) * s.dilation_h - 1;
            const int32_t wide = s.in_w + s.pad_left + random_between(0, 2) - (s.kernel_w - 1) * s.dilation_w - 1;
            s.out_h = tall < 0 ? 0 : tall / s.stride_h + 1, s.out_w = wide < 0 ? 0 : wide / s.stride_w + 1;
        } while (s.out_h < 1 || s.out_w < 1);
        s.out_c = s.groups = s.in_c;
        s.in_pixels = divisor(s.in_w), s.out_pixels = divisor(s.out_w);
        s.guard = guard_of(s.kernel_h * s.kernel_w, 127);
        const int32_t dy_row = s.out_w / s.out_pixels * te_block_at(1, s.out_pixels * s.out_c);
        random_blocks(dy, s.batch * s.out_h * s.out_w / s.out_pixels, s.out_pixels * s.out_c);
        random_codes(w, s.in_c * s.kernel_h * s.kernel_w, -128);
        const int16_t *const f = random_factors(s.in_c);
        int32_t dx_row;
        const te_row_range r = random_rows(&s, dy_row, &dx_row);
        te_conv2d_dx_b8_i8_ref(&s, dy, w, f, expected, row);
        te_depthwise_dx_b8_i8_dsp_rows(&s, &r, ring, w, f, dx, row);
        differ += rows_differ(&r, dx_row, "depthwise dx", n);
    }
    board_print("depthwise dx: %d of %d shapes differ\n", differ, SHAPES);
    return differ;
}

int main(void)
{
    int differ = test_store();
    differ += test_pointwise_dx(0) + test_pointwise_dx(1) + test_dense_dx() + test_depthwise_dx()
              + test_pointwise_trained(0) + test_pointwise_trained(1) + test_update(0) + test_update(1);
    differ += test_rows(0) + test_rows(1) + test_rows(2) + test_rows(3);
    board_exit(differ == 0 ? 0 : 1);
}
