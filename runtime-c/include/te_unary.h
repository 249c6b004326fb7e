/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Functions of one fp32 number, each accurate to a few units in the last place and the same bits on every machine, and the kernels
 * that apply them to every element. The functions are built on exp and log of te_math.h. NaN passes through all of them. */
#ifndef TE_UNARY_H
#define TE_UNARY_H

#include "te_kernels.h"
#include "te_math.h"

/* The kernel of a function, an expression of v, the operand, and of s->alpha and s->beta. y may be x. */
#define TE_UNARY(symbol, function)                                                                                     \
    void symbol(const te_unary *s, const float *x, float *y)                                                           \
    {                                                                                                                  \
        for (int32_t i = 0; i < s->count; i++) {                                                                       \
            const float v = x[i];                                                                                      \
            y[i] = function;                                                                                           \
        }                                                                                                              \
    }

/* The kernel of its gradient. The derivative is an expression of v, which is the operand or the result, as the compiler saved it. With
 * TE_GATE_DX it may also name g, a value that it needs several times, such as the gate of a function that is x times one. dx may be
 * dy. */
#define TE_GATE_DX(symbol, gate, derivative)                                                                           \
    void symbol(const te_unary *s, const float *dy, const float *saved, float *dx)                                     \
    {                                                                                                                  \
        for (int32_t i = 0; i < s->count; i++) {                                                                       \
            const float v = saved[i], g = (gate);                                                                      \
            dx[i] = dy[i] * (derivative);                                                                              \
        }                                                                                                              \
    }

#define TE_UNARY_DX(symbol, derivative)                                                                                \
    void symbol(const te_unary *s, const float *dy, const float *saved, float *dx)                                     \
    {                                                                                                                  \
        for (int32_t i = 0; i < s->count; i++) {                                                                       \
            const float v = saved[i];                                                                                  \
            dx[i] = dy[i] * (derivative);                                                                              \
        }                                                                                                              \
    }

/* The same for a derivative without a bound: the gradient saturates. */
#define TE_UNARY_STEEP_DX(symbol, derivative)                                                                          \
    void symbol(const te_unary *s, const float *dy, const float *saved, float *dx)                                     \
    {                                                                                                                  \
        for (int32_t i = 0; i < s->count; i++) {                                                                       \
            const float v = saved[i];                                                                                  \
            dx[i] = te_limit(dy[i] * (derivative));                                                                    \
        }                                                                                                              \
    }

static inline float te_absf(float x)
{
    return te_bits_float(te_float_bits(x) & 0x7fffffffu);
}

/* exp(x) - 1 */
static inline float te_expm1f(float x)
{
    return te_absf(x) < 0.34657359f ? te_expm1_near_zero(x) : te_expf(x) - 1.0f;
}

/* log(1 + u) for u >= 0: the rounding of 1 + u is undone by the quotient. */
static inline float te_log1pf(float u)
{
    const float w = 1.0f + u;
    return w == 1.0f ? u : te_logf(w) * (u / (w - 1.0f));
}

/* log of any number: -infinity for 0, NaN below. */
static inline float te_log_anyf(float x)
{
    if (!(x > 0.0f)) {
        return te_bits_float(x == 0.0f ? 0xff800000u : 0x7fc00000u);
    }
    if (te_float_bits(x) >= 0x7f800000u) {
        return x;
    }
    return x < 1.17549435e-38f ? te_logf(x * 16777216.0f) - 16.6355324f : te_logf(x);
}

static inline float te_sigmoidf(float x)
{
    const float e = te_expf(-te_absf(x));
    return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

static inline float te_tanhf(float x)
{
    const float t = te_absf(x);
    const float m = te_expm1f(-2.0f * t);
    return (x < 0.0f ? m : -m) / (2.0f + m);
}

static inline float te_softplusf(float x)
{
    return (x > 0.0f ? x : 0.0f) + te_log1pf(te_expf(-te_absf(x)));
}

/* erf(t) for |t| <= 0.95 */
static inline float te_erf_near_zero(float t)
{
    const float z = t * t;
    float p = -5.876505747e-04f;
    p = p * z + 4.970797338e-03f;
    p = p * z - 2.675149962e-02f;
    p = p * z + 1.128140762e-01f;
    p = p * z - 3.761245608e-01f;
    p = p * z + 1.128379107e+00f;
    return p * t;
}

/* 1 - erf(t) for 0.9 <= t as exp(-p(t)); 0 from t = 5, where it is below 2e-12; NaN passes. */
static inline float te_erfc_tail(float t)
{
    if (!(t < 5.0f)) {
        return t == t ? 0.0f : t;
    }
    const float u = t - 2.5f;
    float p = 1.107463774e-07f;
    p = p * u - 1.619033242e-06f;
    p = p * u + 1.271701240e-05f;
    p = p * u - 7.733737584e-05f;
    p = p * u + 4.211906344e-04f;
    p = p * u - 2.165297745e-03f;
    p = p * u + 1.085784659e-02f;
    p = p * u + 9.438937306e-01f;
    p = p * u + 5.352680683e+00f;
    p = p * u + 7.806815147e+00f;
    return te_expf(-p);
}

static inline float te_erff(float x)
{
    const float t = te_absf(x);
    if (t < 0.93f) {
        return te_erf_near_zero(x);
    }
    const float y = 1.0f - te_erfc_tail(t);
    return x < 0.0f ? -y : y;
}

/* The normal distribution function (1 + erf(x/sqrt(2))) / 2. */
static inline float te_normal_cdff(float x)
{
    const float t = te_absf(x) * 0.707106781f;
    if (t < 0.93f) {
        return 0.5f + 0.5f * te_erf_near_zero(x * 0.707106781f);
    }
    const float tail = 0.5f * te_erfc_tail(t);
    return x < 0.0f ? tail : 1.0f - tail;
}

/* The tanh approximation of GELU: (1 + tanh(u))/2 is sigmoid(2u), u = sqrt(2/pi) * (x + 0.044715 x^3). */
static inline float te_gelu_tanh_gate(float x)
{
    return te_sigmoidf(1.59576912f * (x + 0.044715f * x * x * x));
}

static inline float te_hard_sigmoidf(float x, float a, float b)
{
    const float v = a * x + b;
    return v < 0.0f ? 0.0f : v > 1.0f ? 1.0f : v;
}

#endif
