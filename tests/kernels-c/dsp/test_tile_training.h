/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Register-tiled kernels of training against their references over random shapes. The file that includes this says how wide a
 * mantissa is, TE_BLOCK_BITS. */
#include "board.h"
#include "random.h"
#include "te_block_conv2d.h"
#include "te_kernels.h"

#include <string.h>

#ifndef SHAPES
#define SHAPES 500
#endif

#define OF_BITS(name, bits, rest) name##bits##rest
#define NAMED(name, bits, rest) OF_BITS(name, bits, rest)
#define REF(name, rest) NAMED(name##_b, TE_BLOCK_BITS, rest##_ref)
#define TILE(name, rest) NAMED(name##_b, TE_BLOCK_BITS, rest##_tile)

enum { ELEMENTS = 20000, CODES = 40000, FACTORS = 1024, ROW = 4000 };

static te_mantissa_t dy[ELEMENTS], ring[ELEMENTS], dx[ELEMENTS], expected[ELEMENTS];
static int8_t w[CODES], trained[2][CODES], residuals[2][CODES];
static float steps[FACTORS], velocities[2][CODES / 8];
static int16_t factors[FACTORS];
static uint8_t bits[ELEMENTS / 8];
static te_wide row[ROW + 1];

static int32_t divisor(int32_t extent)
{
    int32_t d;
    do {
        d = random_between(1, extent);
    } while (extent % d != 0);
    return d;
}

/* As the compiler chooses it. */
static int32_t guard_of(int32_t terms, int32_t largest)
{
    int32_t guard = 0;
    while ((int64_t)terms * TE_MANTISSA_MAX * largest < (int64_t)1 << (TE_WIDE_BITS - 1 - guard)) {
        guard++;
    }
    return guard;
}

/* Blocks whose exponents lie close to each other or far apart; blocks of zeros; many zeros; small mantissas. */
static void random_blocks(te_mantissa_t *to, int32_t blocks, int32_t mantissas)
{
    const int32_t spread = random_between(0, 3) == 0 ? 30 : random_between(0, 6),
                  base = random_between(0, 7) == 0 ? TE_EXPONENT_MIN : random_between(-70, -30);
    const int32_t zeros = random_between(0, 3);
    const int32_t largest = random_between(0, 3) == 0 ? 3 : random_between(0, 1) == 0 ? 127 : TE_MANTISSA_MAX;
    for (int32_t b = 0; b < blocks; b++) {
        const int32_t none = random_between(0, 9) == 0;
        *to++ = (te_mantissa_t)(none ? TE_EXPONENT_MIN : base + random_between(0, spread));
        for (int32_t i = 0; i < mantissas; i++) {
            const int32_t zero = none || random_between(0, 3) < zeros;
            *to++ = (te_mantissa_t)(zero ? 0 : random_between(-largest, largest));
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

static int differs(const void *got, const void *want, int32_t bytes, const char *name, int32_t n)
{
    if (memcmp(got, want, (size_t)bytes) != 0) {
        board_print("%s differs in shape %d\n", name, n);
        return 1;
    }
    return 0;
}

/* The bytes of scratch, which end before a word that must stay. */
static int32_t *scratch_end(int32_t bytes)
{
    int32_t *const end = (int32_t *)(void *)row + (bytes + 3) / 4;
    *end = 77;
    return end;
}

static int scratch_differs(const int32_t *end, const char *name, int32_t n)
{
    if (*end != 77) {
        board_print("%s writes behind its scratch in shape %d\n", name, n);
        return 1;
    }
    return 0;
}

static int32_t least(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* A window that fits, any stride, dilation and padding; pointwise layers among them. */
static te_block_conv2d random_window(int32_t n, int32_t in_c, int32_t out_c, int32_t groups)
{
    te_block_conv2d s;
    memset(&s, 0, sizeof s);
    s.batch = n % 7 == 6 ? 2 : 1;
    s.in_c = in_c, s.out_c = out_c, s.groups = groups;
    do {
        const int32_t most = groups > 1 ? 5 : n % 3 == 0 ? 1 : 4;
        s.kernel_h = random_between(1, most), s.kernel_w = random_between(1, most);
        s.stride_h = n % 3 == 0 ? 1 : random_between(1, 3), s.stride_w = n % 3 == 0 ? 1 : random_between(1, 3);
        s.dilation_h = random_between(0, 5) == 0 ? 2 : 1, s.dilation_w = random_between(0, 5) == 0 ? 2 : 1;
        s.pad_top = random_between(0, s.kernel_h - 1), s.pad_left = random_between(0, s.kernel_w - 1);
        s.in_h = random_between(1, 8), s.in_w = random_between(1, n % 5 == 0 ? 20 : 9);
        const int32_t more = n % 3 == 0 ? 0 : 2;
        const int32_t tall = s.in_h + s.pad_top + random_between(0, more) - (s.kernel_h - 1) * s.dilation_h - 1;
        const int32_t wide = s.in_w + s.pad_left + random_between(0, more) - (s.kernel_w - 1) * s.dilation_w - 1;
        s.out_h = tall < 0 ? 0 : tall / s.stride_h + 1, s.out_w = wide < 0 ? 0 : wide / s.stride_w + 1;
    } while (s.out_h < 1 || s.out_w < 1);
    s.exponent = random_between(-25, 5);
    s.in_pixels = divisor(s.in_w), s.out_pixels = divisor(s.out_w);
    s.guard = guard_of(s.kernel_h * s.kernel_w * out_c / groups, 128);
    return s;
}

/* Some rows of dx, and a ring with the rows of dy that they read; the elements of a row of each. */
static te_row_range random_rows(const te_block_conv2d *s, int32_t dy_row, int32_t *dx_row)
{
    te_row_range r = {0, s->batch * s->in_h, s->batch * s->out_h, s->batch * s->in_h};
    *dx_row = s->in_w / s->in_pixels * te_block_at(1, s->in_pixels * s->in_c);
    const int32_t rows = s->batch * s->out_h;
    if (random_between(0, 2) > 0) {
        r.first = random_between(0, r.end - 1), r.end = random_between(r.first + 1, r.end);
        r.x_ring = least(r.end - r.first + 2 * s->kernel_h * s->dilation_h, rows);
        r.y_ring = random_between(r.end - r.first, r.y_ring);
    }
    const int32_t image = r.first / s->in_h,
                  top = r.first - image * s->in_h + s->pad_top - (s->kernel_h - 1) * s->dilation_h;
    const int32_t first = image * s->out_h + (top <= 0 ? 0 : top / s->stride_h);
    memset(ring, 0x55, sizeof ring);
    for (int32_t i = 0; i < rows; i++) {
        const int32_t at = (first + i) % rows; /* what is needed goes in last */
        if (r.x_ring == rows || (at >= first && at < first + r.x_ring)) {
            memcpy(&ring[at % r.x_ring * dy_row], &dy[at * dy_row], (size_t)dy_row * sizeof dy[0]);
        }
    }
    return r;
}

static int rows_differ(const te_row_range *r, int32_t dx_row, const char *name, int32_t n)
{
    int differ = 0;
    for (int32_t i = r->first; i < r->end && differ == 0; i++) {
        differ = differs(&dx[i % r->y_ring * dx_row], &expected[i * dx_row], dx_row * (int32_t)sizeof dx[0], name, n);
    }
    return differ;
}

/* What kernels.def says. */
static int32_t dx_scratch(const te_block_conv2d *s)
{
    const int32_t pixels = (7 + s->in_pixels) / s->in_pixels * s->in_pixels, fours = (pixels + 3) / 4;
    const int32_t wide = (int32_t)sizeof(te_wide) * s->in_pixels;
    return s->in_c * (16 * fours > wide ? 16 * fours : wide) + 16 * least(s->out_c, 64);
}

static int test_dx(int depthwise)
{
    const char *const name = depthwise ? "depthwise dx" : "dx";
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        const int32_t in_c = random_between(1, n % 4 == 0 ? 40 : 13);
        const te_block_conv2d s = depthwise ? random_window(n, in_c + 1, in_c + 1, in_c + 1)
                                            : random_window(n, in_c, random_between(1, n % 10 == 9 ? 80 : 12), 1);
        const int32_t dy_row = s.out_w / s.out_pixels * te_block_at(1, s.out_pixels * s.out_c);
        random_blocks(dy, s.batch * s.out_h * s.out_w / s.out_pixels, s.out_pixels * s.out_c);
        random_codes(w, s.in_c / s.groups * s.out_c * s.kernel_h * s.kernel_w, -128);
        const int16_t *const f = random_factors(s.in_c);
        int32_t dx_row;
        const te_row_range r = random_rows(&s, dy_row, &dx_row);
        REF(te_conv2d_dx, _i8)(&s, dy, w, f, expected, row);
        memset(dx, 55, sizeof dx);
        const int32_t *const end =
            scratch_end(depthwise ? (int32_t)sizeof(te_wide) * s.in_pixels * s.in_c : dx_scratch(&s));
        if (depthwise) {
            NAMED(te_depthwise_dx_b, TE_BLOCK_BITS, _i8_tile_rows)(&s, &r, ring, w, f, dx, row);
        } else {
            NAMED(te_conv2d_dx_b, TE_BLOCK_BITS, _i8_tile_rows)(&s, &r, ring, w, f, dx, row);
        }
        differ += rows_differ(&r, dx_row, name, n) || scratch_differs(end, name, n);
    }
    board_print("%s: %d of %d shapes differ\n", name, differ, SHAPES);
    return differ;
}

static int32_t update_scratch(const te_block_conv2d_update *s, int depthwise)
{
    const int32_t taps = s->kernel_h * s->kernel_w * (s->in_c / s->groups), by = depthwise ? 1 : 4;
    const int32_t rows = least(s->batch * s->out_h, 64 / s->out_w + (s->out_w > 64));
    return TE_BLOCK_BITS / 8 * 4 * by * taps + 4 * by * rows * s->out_w;
}

static int test_update(int depthwise)
{
    const char *const name = depthwise ? "depthwise update" : "update";
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        const int32_t in_c = random_between(1, n % 4 == 0 ? 40 : 9);
        const te_block_conv2d window = depthwise ? random_window(n, in_c + 1, in_c + 1, in_c + 1)
                                                 : random_window(n, in_c, random_between(1, n % 10 == 9 ? 40 : 12), 1);
        te_block_conv2d_update s = {window.batch,
                                    window.in_h,
                                    window.in_w,
                                    window.in_c,
                                    window.out_h,
                                    window.out_w,
                                    window.out_c,
                                    window.kernel_h,
                                    window.kernel_w,
                                    window.stride_h,
                                    window.stride_w,
                                    window.pad_top,
                                    window.pad_left,
                                    window.dilation_h,
                                    window.dilation_w,
                                    window.groups,
                                    0,
                                    0,
                                    window.out_pixels,
                                    0.0f,
                                    n,
                                    0,
                                    1.0f,
                                    0.5f,
                                    0.0f};
        s.x_zero = n % 3 == 0 ? 0 : random_between(-128, 127), s.x_scale = (float)random_between(1, 100) / 1000.0f;
        s.guard = guard_of(s.batch * s.out_h * s.out_w, 255);
        s.rule = n % 5 < 3 ? TE_RULE_STOCHASTIC : n % 5 - 2;
        s.rate = n % 7 == 0 ? 0.5f : 1.0f, s.decay = n % 11 == 0 ? 0.01f : 0.0f;
        const int32_t blocks = s.batch * s.out_h * s.out_w / s.out_pixels, mantissas = s.out_pixels * s.out_c;
        const int32_t count = s.out_c * s.kernel_h * s.kernel_w * (s.in_c / s.groups);
        random_blocks(dy, blocks, mantissas);
        random_codes(w, s.batch * s.in_h * s.in_w * s.in_c, -128);
        random_codes(trained[0], count, -127);
        memcpy(trained[1], trained[0], sizeof trained[0]);
        const int32_t kept = n % 13 == 0, moving = n % 17 == 0 && count <= CODES / 8;
        memset(residuals, 0, sizeof residuals);
        memset(velocities, 0, sizeof velocities);
        /* steps far below a code, around one, and far above */
        const int32_t top = te_block_largest(dy, blocks, mantissas);
        const float lr = te_power(random_between(-30, -10) - top), unit = 0.001f / s.x_scale;
        for (int32_t oc = 0; oc < s.out_c; oc++) {
            steps[oc] = oc % 5 == 4 ? 0.0f : unit * (float)random_between(1, 1000);
        }
        const uint32_t random[2] = {random_bits(), random_bits()};
        REF(te_conv2d_update, _i8)
        (&s, trained[0], dy, w, &lr, random, kept ? residuals[0] : NULL, moving ? velocities[0] : NULL, steps, row);
        const int32_t *const end = scratch_end(update_scratch(&s, depthwise));
        if (depthwise) {
            TILE(te_depthwise_update, _i8)
            (&s, trained[1], dy, w, &lr, random, kept ? residuals[1] : NULL, moving ? velocities[1] : NULL, steps, row);
        } else {
            TILE(te_conv2d_update, _i8)
            (&s, trained[1], dy, w, &lr, random, kept ? residuals[1] : NULL, moving ? velocities[1] : NULL, steps, row);
        }
        differ += differs(trained[1], trained[0], count, name, n)
                  || differs(residuals[1], residuals[0], count, "residual of update", n)
                  || differs(velocities[1], velocities[0], (int32_t)sizeof velocities[0], "velocity of update", n)
                  || scratch_differs(end, name, n);
    }
    board_print("%s: %d of %d shapes differ\n", name, differ, SHAPES);
    return differ;
}

static int test_rows(int sum)
{
    const char *const name = sum ? "sum of channels" : "mask";
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        te_block_rows s;
        memset(&s, 0, sizeof s);
        s.rows = random_between(1, 6), s.blocks = random_between(1, 4), s.channels = random_between(1, 50);
        s.columns = s.channels * random_between(1, 4);
        s.guard = guard_of(s.rows * s.blocks * s.columns / s.channels, 1);
        const int32_t wide = s.blocks * te_block_at(1, s.columns);
        random_blocks(dy, s.rows * s.blocks, s.columns);
        for (int32_t i = 0; i < s.rows * s.blocks * s.columns / 8 + 1; i++) {
            bits[i] = (uint8_t)random_bits();
        }
        for (int32_t c = 0; c < s.channels; c++) {
            steps[c] = (float)random_between(1, 1000) / 1000.0f;
        }
        if (sum) {
            const float *const scale = n % 4 == 0 ? NULL : steps;
            REF(te_channel_sum, )(&s, dy, scale, velocities[0]);
            TILE(te_channel_sum, )(&s, dy, scale, velocities[1]);
            differ += differs(velocities[1], velocities[0], s.channels * (int32_t)sizeof velocities[0][0], name, n);
            continue;
        }
        te_row_range r = {0, s.rows, s.rows, s.rows};
        if (n % 3 > 0) {
            r.first = random_between(0, s.rows - 1), r.end = random_between(r.first + 1, s.rows);
            r.x_ring = random_between(r.end - r.first, s.rows), r.y_ring = random_between(r.end - r.first, s.rows);
        }
        for (int32_t i = r.first; i < r.end; i++) {
            memcpy(&ring[i % r.x_ring * wide], &dy[i * wide], (size_t)wide * sizeof dy[0]);
        }
        te_mantissa_t *const to = n % 5 == 0 ? ring : dx; /* in place */
        r.y_ring = to == ring ? r.x_ring : r.y_ring;
        REF(te_apply_mask, )(&s, dy, bits, expected);
        NAMED(te_apply_mask_b, TE_BLOCK_BITS, _tile_rows)(&s, &r, ring, bits, to);
        if (to == ring) {
            memcpy(dx, ring, sizeof dx);
        }
        differ += rows_differ(&r, wide, name, n);
    }
    board_print("%s: %d of %d shapes differ\n", name, differ, SHAPES);
    return differ;
}

/* Windows of any kind, and maps that are one window. */
static int test_average(void)
{
    int differ = 0;
    for (int n = 0; n < SHAPES; n++) {
        const int32_t channels = random_between(1, n % 4 == 0 ? 40 : 13);
        const te_block_conv2d w = random_window(n, channels, channels, n % 3 == 0 ? 1 : channels);
        te_block_pool2d s = {w.batch,    w.in_h,     w.in_w,    w.out_h,    w.out_w,      w.kernel_h,   w.kernel_w,
                             w.stride_h, w.stride_w, w.pad_top, w.pad_left, w.dilation_h, w.dilation_w, channels,
                             n % 2,      0,          0,         w.exponent, w.in_pixels,  w.out_pixels};
        if (n % 3 == 0) {
            s.kernel_h = s.in_h, s.kernel_w = s.in_w, s.out_h = s.out_w = s.out_pixels = 1;
            s.pad_top = s.pad_left = 0, s.dilation_h = s.dilation_w = 1;
        }
        s.reciprocal = TE_BLOCK_BITS == 8 ? 12 : n % 4 == 0 ? 20 : 15;
        const int32_t taps = s.kernel_h * s.kernel_w, whole = 1 << s.reciprocal;
        s.guard = n % 3 == 0 ? guard_of(1, whole / taps + 1) : guard_of(taps, whole);
        const te_block_conv2d map = {
            w.batch,      w.in_h,     w.in_w,     channels,   s.out_h,     s.out_w,      channels,
            s.kernel_h,   s.kernel_w, w.stride_h, w.stride_w, s.pad_top,   s.pad_left,   s.dilation_h,
            s.dilation_w, 1,          0,          0,          w.in_pixels, s.out_pixels, 0};
        const int32_t dy_row = s.out_w / s.out_pixels * te_block_at(1, s.out_pixels * channels);
        random_blocks(dy, s.batch * s.out_h * s.out_w / s.out_pixels, s.out_pixels * channels);
        const int16_t *const f = random_factors(channels);
        int32_t dx_row;
        const te_row_range r = random_rows(&map, dy_row, &dx_row);
        REF(te_average_pool2d_dx, )(&s, dy, f, expected, row);
        memset(dx, 55, sizeof dx);
        const int32_t *const end = scratch_end((int32_t)sizeof(te_wide) * s.in_pixels * channels);
        NAMED(te_average_pool2d_dx_b, TE_BLOCK_BITS, _tile_rows)(&s, &r, ring, f, dx, row);
        differ += rows_differ(&r, dx_row, "average", n) || scratch_differs(end, "average", n);
    }
    board_print("average: %d of %d shapes differ\n", differ, SHAPES);
    return differ;
}
