/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Four words at a time, for the bodies of the dsp functions on cores without the extension: by SSE2 where the compiler has it, else by
 * loops over four. Sums wrap around, as those of the extension do. */
#ifndef TE_DSP_VECTOR_H
#define TE_DSP_VECTOR_H

#include <stdint.h>

#include "te_math.h"
#include "te_memory.h"

static inline uint32_t te_word(const void *p)
{
    uint32_t v;
    memcpy(&v, p, 4);
    return v;
}

#ifdef __SSE2__

#include <emmintrin.h>

typedef __m128i te_four;

static inline te_four te_four_all(uint32_t v)
{
    return _mm_set1_epi32((int32_t)v);
}

static inline te_four te_four_load(const void *p)
{
    return _mm_loadu_si128((const __m128i *)p);
}

static inline void te_four_store(void *p, te_four v)
{
    _mm_storeu_si128((__m128i *)p, v);
}

/* A word of each address, whatever its alignment. */
static inline te_four te_four_of(const void *a, const void *b, const void *c, const void *d)
{
    return _mm_set_epi32((int32_t)te_word(d), (int32_t)te_word(c), (int32_t)te_word(b), (int32_t)te_word(a));
}

static inline te_four te_four_add(te_four a, te_four b)
{
    return _mm_add_epi32(a, b);
}

static inline te_four te_four_sub(te_four a, te_four b)
{
    return _mm_sub_epi32(a, b);
}

static inline te_four te_four_shift(te_four a, int32_t bits)
{
    return _mm_sra_epi32(a, _mm_cvtsi32_si128(bits));
}

/* Bytes 0 and 2 of each word as int16, and bytes 1 and 3. */
static inline te_four te_four_even(te_four v)
{
    return _mm_srai_epi16(_mm_slli_epi16(v, 8), 8);
}

static inline te_four te_four_odd(te_four v)
{
    return _mm_srai_epi16(v, 8);
}

/* The sum of the products of both halves of each word. */
static inline te_four te_four_products(te_four a, te_four b)
{
    return _mm_madd_epi16(a, b);
}

/* The upper word of each product with a positive factor. */
static inline te_four te_four_high(te_four a, int32_t factor)
{
    const __m128i m = _mm_set1_epi32(factor);
    const __m128i even = _mm_srli_epi64(_mm_mul_epu32(a, m), 32), odd = _mm_mul_epu32(_mm_srli_epi64(a, 32), m);
    const __m128i high = _mm_or_si128(even, _mm_and_si128(odd, _mm_set_epi32(-1, 0, -1, 0)));
    return _mm_sub_epi32(high, _mm_and_si128(_mm_srai_epi32(a, 31), m));
}

/* The definition: round(v * m) + zero, far outside of any clamp at most. */
static inline te_four te_four_real(te_four v, float m, int32_t zero)
{
    __m128 r = _mm_mul_ps(_mm_cvtepi32_ps(v), _mm_set1_ps(m));
    r = _mm_min_ps(_mm_max_ps(r, _mm_set1_ps(-1000.0f)), _mm_set1_ps(1000.0f));
    return _mm_add_epi32(_mm_cvtps_epi32(r), _mm_set1_epi32(zero));
}

/* Eight words as int16, saturated. */
static inline te_four te_four_halves(te_four a, te_four b)
{
    return _mm_packs_epi32(a, b);
}

/* Eight int16 clamped; eight int16 as bytes, saturated; a bit of each that lies between two others. */
static inline te_four te_halves_clamp(te_four v, int32_t low, int32_t high)
{
    return _mm_min_epi16(_mm_max_epi16(v, _mm_set1_epi16((int16_t)low)), _mm_set1_epi16((int16_t)high));
}

static inline uint64_t te_halves_bytes(te_four v)
{
    uint64_t bytes;
    _mm_storel_epi64((__m128i *)(void *)&bytes, _mm_packs_epi16(v, v));
    return bytes;
}

static inline uint32_t te_halves_between(te_four v, int32_t low, int32_t high)
{
    const __m128i inside = _mm_and_si128(_mm_cmpgt_epi16(v, _mm_set1_epi16((int16_t)low)),
                                         _mm_cmpgt_epi16(_mm_set1_epi16((int16_t)high), v));
    return (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(inside, inside)) & 0xffu;
}

/* Four codes, each in the upper byte of a word. */
static inline te_four te_four_codes(const void *p)
{
    const __m128i zero = _mm_setzero_si128();
    return _mm_unpacklo_epi16(zero, _mm_unpacklo_epi8(zero, _mm_cvtsi32_si128((int32_t)te_word(p))));
}

/* The lower four int16 to memory. */
static inline void te_halves_store(void *p, te_four v)
{
    _mm_storel_epi64((__m128i *)p, v);
}

static inline void te_halves_store_upper(void *p, te_four v)
{
    _mm_storel_epi64((__m128i *)p, _mm_srli_si128(v, 8));
}

/* The lower half of each word as a word. */
static inline te_four te_four_half(te_four v)
{
    return _mm_srai_epi32(_mm_slli_epi32(v, 16), 16);
}

/* Byte `at` of each word as a word. */
static inline te_four te_four_byte(te_four v, int32_t at)
{
    return _mm_srai_epi32(_mm_sll_epi32(v, _mm_cvtsi32_si128(24 - 8 * at)), 24);
}

/* Four pairs of neighbouring int16, of which each begins one behind the last. */
static inline te_four te_four_windows(const int16_t *x)
{
    return _mm_unpacklo_epi16(_mm_loadl_epi64((const __m128i *)(const void *)x),
                              _mm_loadl_epi64((const __m128i *)(const void *)(x + 1)));
}

#else

typedef struct te_four {
    uint32_t v[4];
} te_four;

#define TE_EACH for (int32_t i = 0; i < 4; i++)

static inline int32_t te_half(te_four v, int32_t i)
{
    return (int16_t)(v.v[i / 2] >> 16 * (i % 2));
}

static inline void te_half_set(te_four *v, int32_t i, int32_t code)
{
    v->v[i / 2] = (v->v[i / 2] & 0xffff0000u >> 16 * (i % 2)) | ((uint32_t)code & 0xffffu) << 16 * (i % 2);
}

static inline te_four te_four_all(uint32_t v)
{
    const te_four r = {{v, v, v, v}};
    return r;
}

static inline te_four te_four_load(const void *p)
{
    te_four r;
    memcpy(r.v, p, 16);
    return r;
}

static inline void te_four_store(void *p, te_four v)
{
    memcpy(p, v.v, 16);
}

/* A word of each address, whatever its alignment. */
static inline te_four te_four_of(const void *a, const void *b, const void *c, const void *d)
{
    const te_four r = {{te_word(a), te_word(b), te_word(c), te_word(d)}};
    return r;
}

static inline te_four te_four_add(te_four a, te_four b)
{
    TE_EACH
    {
        a.v[i] += b.v[i];
    }
    return a;
}

static inline te_four te_four_sub(te_four a, te_four b)
{
    TE_EACH
    {
        a.v[i] -= b.v[i];
    }
    return a;
}

static inline te_four te_four_shift(te_four a, int32_t bits)
{
    TE_EACH
    {
        a.v[i] = (uint32_t)((int32_t)a.v[i] >> bits);
    }
    return a;
}

/* Bytes 0 and 2 of each word as int16, and bytes 1 and 3. */
static inline te_four te_four_even(te_four v)
{
    TE_EACH
    {
        v.v[i] = ((uint32_t)(int8_t)v.v[i] & 0xffffu) | (uint32_t)(int8_t)(v.v[i] >> 16) << 16;
    }
    return v;
}

static inline te_four te_four_odd(te_four v)
{
    TE_EACH
    {
        v.v[i] >>= 8;
    }
    return te_four_even(v);
}

/* The sum of the products of both halves of each word. */
static inline te_four te_four_products(te_four a, te_four b)
{
    TE_EACH
    {
        const int32_t low = (int16_t)a.v[i] * (int16_t)b.v[i], high = (int16_t)(a.v[i] >> 16) * (int16_t)(b.v[i] >> 16);
        a.v[i] = (uint32_t)low + (uint32_t)high;
    }
    return a;
}

/* The upper word of each product with a positive factor. */
static inline te_four te_four_high(te_four a, int32_t factor)
{
    TE_EACH
    {
        a.v[i] = (uint32_t)((int64_t)(int32_t)a.v[i] * factor >> 32);
    }
    return a;
}

/* The definition: round(v * m) + zero, far outside of any clamp at most. */
static inline te_four te_four_real(te_four v, float m, int32_t zero)
{
    TE_EACH
    {
        v.v[i] = (uint32_t)(te_round_clamped((float)(int32_t)v.v[i] * m, -1000.0f, 1000.0f) + zero);
    }
    return v;
}

static inline int32_t te_saturated(int32_t v, int32_t low, int32_t high)
{
    return v < low ? low : v > high ? high : v;
}

/* Eight words as int16, saturated. */
static inline te_four te_four_halves(te_four a, te_four b)
{
    te_four r = {{0, 0, 0, 0}};
    TE_EACH
    {
        te_half_set(&r, i, te_saturated((int32_t)a.v[i], -32768, 32767));
        te_half_set(&r, i + 4, te_saturated((int32_t)b.v[i], -32768, 32767));
    }
    return r;
}

/* Eight int16 clamped; eight int16 as bytes, saturated; a bit of each that lies between two others. */
static inline te_four te_halves_clamp(te_four v, int32_t low, int32_t high)
{
    for (int32_t i = 0; i < 8; i++) {
        te_half_set(&v, i, te_saturated(te_half(v, i), low, high));
    }
    return v;
}

static inline uint64_t te_halves_bytes(te_four v)
{
    uint64_t bytes = 0;
    for (int32_t i = 0; i < 8; i++) {
        bytes |= (uint64_t)((uint32_t)te_saturated(te_half(v, i), -128, 127) & 0xffu) << 8 * i;
    }
    return bytes;
}

static inline uint32_t te_halves_between(te_four v, int32_t low, int32_t high)
{
    uint32_t bits = 0;
    for (int32_t i = 0; i < 8; i++) {
        bits |= (uint32_t)(te_half(v, i) > low && te_half(v, i) < high) << i;
    }
    return bits;
}

/* Four codes, each in the upper byte of a word. */
static inline te_four te_four_codes(const void *p)
{
    te_four r;
    const uint32_t v = te_word(p);
    TE_EACH
    {
        r.v[i] = v >> 8 * i << 24;
    }
    return r;
}

/* The lower four int16 to memory. */
static inline void te_halves_store(void *p, te_four v)
{
    memcpy(p, v.v, 8);
}

static inline void te_halves_store_upper(void *p, te_four v)
{
    memcpy(p, &v.v[2], 8);
}

/* The lower half of each word as a word. */
static inline te_four te_four_half(te_four v)
{
    TE_EACH
    {
        v.v[i] = (uint32_t)(int16_t)v.v[i];
    }
    return v;
}

/* Byte `at` of each word as a word. */
static inline te_four te_four_byte(te_four v, int32_t at)
{
    TE_EACH
    {
        v.v[i] = (uint32_t)(int8_t)(v.v[i] >> 8 * at);
    }
    return v;
}

/* Four pairs of neighbouring int16, of which each begins one behind the last. */
static inline te_four te_four_windows(const int16_t *x)
{
    te_four r;
    TE_EACH
    {
        memcpy(&r.v[i], x + i, 4);
    }
    return r;
}

#undef TE_EACH

#endif

/* (constant + hi32(v * factor)) >> bits, or the definition where the constant is 0: then factor has the bits of the multiplier. */
static inline te_four te_four_scaled(te_four v, uint32_t constant, uint32_t factor, int32_t bits, int32_t zero)
{
    if (constant == 0) {
        return te_four_real(v, te_bits_float(factor), zero);
    }
    return te_four_shift(te_four_add(te_four_high(v, (int32_t)factor), te_four_all(constant)), bits);
}

/* Four codes of each of four words as pairs of int16: 0 and 2 of all, then 1 and 3. */
static inline uint32_t *te_four_widen(te_four v, uint32_t *to)
{
    te_four_store(to, te_four_even(v));
    te_four_store(to + 4, te_four_odd(v));
    return to + 8;
}

#endif
