/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Arithmetic that all kernels share. Everything here gives the same bits on every machine: no contraction, no library,
 * no conversion of a float that does not fit its integer. */
#ifndef TE_MATH_H
#define TE_MATH_H

#include <stddef.h>
#include <stdint.h>

#include "te_config.h"

static inline uint32_t te_float_bits(float v)
{
    union {
        float f;
        uint32_t u;
    } bits;
    bits.f = v;
    return bits.u;
}

static inline float te_bits_float(uint32_t u)
{
    union {
        float f;
        uint32_t u;
    } bits;
    bits.u = u;
    return bits.f;
}

/* v rounded half to even, v clamped to [lo, hi] first; |lo|, |hi| <= 2^21. NaN becomes lo. */
static inline int32_t te_round_clamped(float v, float lo, float hi)
{
    const float magic = 12582912.0f; /* 1.5 * 2^23: its unit in the last place is 1 */
    v = v > lo ? v : lo;
    v = v < hi ? v : hi;
    return (int32_t)(te_float_bits(v + magic) - te_float_bits(magic));
}

/* The integer value / 2^shift rounded half to even; 0 <= shift <= 62. */
static inline int64_t te_shift_round(int64_t value, int32_t shift)
{
    const int64_t floor = value >> shift;
    const int64_t rest = value - floor * ((int64_t)1 << shift);
    const int64_t half = shift > 0 ? (int64_t)1 << (shift - 1) : 1;
    return floor + (rest > half || (rest == half && (floor & 1) != 0 && shift > 0) ? 1 : 0);
}

/* Splits a positive normal float: value = mantissa * 2^-shift with a mantissa of 24 bits. */
static inline int64_t te_mantissa(float value, int32_t *shift)
{
    const uint32_t bits = te_float_bits(value);
    *shift = 150 - (int32_t)(bits >> 23 & 0xffu);
    return (int64_t)((bits & 0x7fffffu) | 0x800000u);
}

/* acc * multiplier rounded half to even to an integer within +-1000: in fp32 with one rounding each for the conversion and
 * the product, or exactly from the integer product where the core has no FPU. |acc| < 2^30, 0 < multiplier < 128. */
static inline int32_t te_scale(int32_t acc, float multiplier)
{
#if TE_REQUANTIZE_INTEGER
    int32_t shift;
    const int64_t product = acc * te_mantissa(multiplier, &shift);
    const int64_t rounded = shift > 62 ? 0 : te_shift_round(product, shift);
    return (int32_t)(rounded > 1000 ? 1000 : rounded < -1000 ? -1000 : rounded);
#else
    return te_round_clamped((float)acc * multiplier, -1000.0f, 1000.0f);
#endif
}

/* exp(r) - 1 for |r| <= ln2/2, within 2 ulp. */
static inline float te_expm1_near_zero(float r)
{
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    return p * (r * r) + r;
}

/* exp(x) within 2 ulp: 2^k * exp(r) with x = k*ln2 + r. It is 0 up to x = -69 (about 2^-99.5), infinity above the range; NaN
 * passes. */
static inline float te_expf(float x)
{
    if (!(x > -69.0f)) {
        return x == x ? 0.0f : x;
    }
    if (x > 88.72283f) {
        return te_bits_float(0x7f800000u);
    }
    const int32_t k = te_round_clamped(x * 1.44269504f, -128.0f, 128.0f);
    const float r = (x - (float)k * 0.693359375f) + (float)k * 2.12194440e-4f;
    const float p = te_expm1_near_zero(r) + 1.0f;
    /* k may be 128: two factors keep each one in range */
    const int32_t half = k / 2;
    return p * te_bits_float((uint32_t)(half + 127) << 23) * te_bits_float((uint32_t)(k - half + 127) << 23);
}

/* log(x) within 2 ulp for positive normal x: e*ln2 + log(m), m in [sqrt(1/2), sqrt(2)). */
static inline float te_logf(float x)
{
    const uint32_t bits = te_float_bits(x);
    int32_t e = (int32_t)(bits >> 23) - 126;
    float m = te_bits_float((bits & 0x7fffffu) | 0x3f000000u);
    if (m < 0.707106781f) {
        e--;
        m = m + m - 1.0f;
    } else {
        m = m - 1.0f;
    }
    const float z = m * m;
    float p = 7.0376836292e-2f;
    p = p * m - 1.1514610310e-1f;
    p = p * m + 1.1676998740e-1f;
    p = p * m - 1.2420140846e-1f;
    p = p * m + 1.4249322787e-1f;
    p = p * m - 1.6668057665e-1f;
    p = p * m + 2.0000714765e-1f;
    p = p * m - 2.4999993993e-1f;
    p = p * m + 3.3333331174e-1f;
    float y = m * z * p;
    y = y - 2.12194440e-4f * (float)e;
    y = y - 0.5f * z;
    return m + y + 0.693359375f * (float)e;
}

/* The square root, rounded to nearest; NaN below 0. One bit of the root after the other, in integers. */
static inline float te_sqrtf(float x)
{
    if (!(x > 0.0f) || te_float_bits(x) >= 0x7f800000u) {
        return x >= 0.0f ? x : te_bits_float(0x7fc00000u);
    }
    const int32_t subnormal = x < 1.17549435e-38f;
    const uint32_t bits = te_float_bits(subnormal != 0 ? x * 16777216.0f : x);
    /* x = mantissa * 2^exponent with an even exponent and a mantissa of 47 or 48 bits, whose root has 24 */
    int32_t exponent = (int32_t)(bits >> 23) - 127 - 46;
    uint64_t mantissa = (uint64_t)((bits & 0x7fffffu) | 0x800000u) << 23;
    if ((exponent & 1) != 0) {
        mantissa <<= 1;
        exponent--;
    }
    uint32_t root = 0;
    for (int32_t bit = 23; bit >= 0; bit--) {
        const uint32_t with = root | (uint32_t)1 << bit;
        root = (uint64_t)with * with <= mantissa ? with : root;
    }
    root += mantissa - (uint64_t)root * root > root ? 1u : 0u;
    return (float)root * te_bits_float((uint32_t)(exponent / 2 + 127 - (subnormal != 0 ? 12 : 0)) << 23);
}

/* Sets bit i of a mask to inside; bits come in ascending order and a byte is cleared when its first bit is written. */
static inline void te_mask_put(uint8_t *mask, int32_t i, int32_t inside)
{
    if (mask != NULL) {
        const uint8_t bit = (uint8_t)(inside << (i & 7));
        mask[i >> 3] = (uint8_t)((i & 7) == 0 ? bit : mask[i >> 3] | bit);
    }
}

/* The index of the first element that is not a number of at most this magnitude, or count if all are; most is the limit's bits
 * without its sign. Four at a time, since every element of some tensors is looked at in every step. */
static inline int32_t te_first_beyond(const float *x, int32_t count, uint32_t most)
{
    int32_t i = 0;
    while (count - i >= 4 && te_float_bits(x[i]) << 1 <= most << 1 && te_float_bits(x[i + 1]) << 1 <= most << 1
           && te_float_bits(x[i + 2]) << 1 <= most << 1 && te_float_bits(x[i + 3]) << 1 <= most << 1) {
        i += 4;
    }
    while (i < count && te_float_bits(x[i]) << 1 <= most << 1) {
        i++;
    }
    return i;
}

/* An element of a gradient saturates here; NaN becomes 0. So the sums of a training step are finite. */
#define TE_GRADIENT_LIMIT 1099511627776.0f /* 2^40 */

static inline float te_limit(float gradient)
{
    const uint32_t limit = 0x53800000u;
    const uint32_t bits = te_float_bits(gradient);
    if (bits << 1 <= limit << 1) {
        return gradient;
    }
    return bits << 1 > 0xff000000u ? 0.0f : te_bits_float((bits & 0x80000000u) | limit);
}

static inline void te_limit_all(float *gradient, int32_t count)
{
    const uint32_t limit = 0x53800000u;
    for (int32_t i = 0; i < count; i++) {
        i += te_first_beyond(&gradient[i], count - i, limit);
        if (i < count) {
            gradient[i] = te_limit(gradient[i]);
        }
    }
}

/* Stores one element: the code clamped to [min, max], and as a bit of the mask whether a gradient passes: the stored code lies
 * between the ends, which are outside. The comparisons that clamp decide the bit as well: they are made once. */
static inline void te_store_i8(int8_t *y, uint8_t *mask, int32_t bit, int32_t code, int32_t min, int32_t max)
{
    int32_t inside = 0;
    if (code <= min) {
        code = min;
    } else if (code >= max) {
        code = max;
    } else {
        inside = 1;
    }
    *y = (int8_t)code;
    te_mask_put(mask, bit, inside);
}

/* The same for a real number; NaN is at neither end and stays. */
static inline void te_store_f32(float *y, uint8_t *mask, int32_t bit, float value, float min, float max)
{
    int32_t inside = 0;
    if (value <= min) {
        value = min;
    } else if (value >= max) {
        value = max;
    } else {
        inside = 1;
    }
    *y = value;
    te_mask_put(mask, bit, inside);
}

#endif
