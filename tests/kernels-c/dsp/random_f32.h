/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Random real numbers for tests that compare bits. */
#ifndef RANDOM_F32_H
#define RANDOM_F32_H

#include "random.h"
#include "te_math.h"

/* Mostly ordinary numbers; zeros of both signs, subnormal numbers and equal ones. */
static inline float random_float(void)
{
    const int32_t kind = random_between(0, 15);
    const float ordinary = (float)random_between(-1000, 1000) / 256.0f;
    if (kind > 3) {
        return ordinary * (float)random_between(1, 1 << 20);
    }
    return kind == 0 ? 0.0f : kind == 1 ? -0.0f : kind == 2 ? ordinary * 1e-38f * 1e-3f : 1.0f;
}

static inline void random_floats(float *to, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        to[i] = random_float();
    }
}

/* Infinite and no numbers too. */
static inline void spoil(float *to, int32_t count)
{
    to[random_between(0, count - 1)] = te_bits_float(random_between(0, 1) != 0 ? 0x7f800000u : 0x7fc00000u);
}

static inline int32_t same(const float *a, const float *c, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        if (te_float_bits(a[i]) != te_float_bits(c[i]) && (a[i] == a[i] || c[i] == c[i])) {
            return 0;
        }
    }
    return 1;
}

/* Every third one is zero. */
static inline void random_gradient(float *to, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        to[i] = random_between(0, 2) == 0 ? 0.0f : random_float();
    }
}

#endif
