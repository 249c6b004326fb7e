/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* How a trained parameter takes a step. A parameter w = scale*q is stored as the code q; the step in codes is rounded by
 * one of three rules and saturates. Random bits come from a counter-based generator: they depend on seed, tensor, element
 * and the number of training steps so far only, so every machine rounds alike in any order of evaluation. */
#ifndef TE_UPDATE_H
#define TE_UPDATE_H

#include <stddef.h>
#include <stdint.h>

#define TE_RULE_STOCHASTIC 0
#define TE_RULE_RESIDUAL 1
#define TE_RULE_NEAREST 2

/* A bijection of 32-bit words in which every input bit changes every output bit with probability near one half. */
static inline uint32_t te_mix(uint32_t h)
{
    h ^= h >> 16;
    h *= 0x7feb352du;
    h ^= h >> 15;
    h *= 0x846ca68bu;
    return h ^ (h >> 16);
}

/* The key of one tensor in one step; random = {seed, steps so far}. */
static inline uint32_t te_random_key(const uint32_t *random, uint32_t tensor)
{
    return te_mix(random[0] ^ te_mix(random[1] ^ te_mix(tensor + 0x9e3779b9u)));
}

/* The bits of one element under a key. */
static inline uint32_t te_random_at(uint32_t key, uint32_t element)
{
    return te_mix(te_mix(element + key) ^ (key * 0x85ebca6bu + 0xc2b2ae35u));
}

/* floor(v), or one more with the probability of v's fraction. |v| <= 2^30. */
static inline int32_t te_round_stochastic(float v, uint32_t bits)
{
    int32_t floor = (int32_t)v;
    if ((float)floor > v) {
        floor--;
    }
    return floor + (v - (float)floor > (float)(bits >> 8) * (1.0f / 16777216.0f) ? 1 : 0);
}

/* v rounded to the nearest integer, ties to even. |v| <= 2^30. */
static inline int32_t te_round_nearest(float v)
{
    const float magic = 12582912.0f; /* 1.5 * 2^23: its unit in the last place is 1 */
    if (v > 4194304.0f || v < -4194304.0f) {
        int32_t floor = te_round_stochastic(v, 0xffffffffu); /* at most one fractional bit is left here */
        float rest = v - (float)floor;
        return floor + (rest > 0.5f || (rest == 0.5f && (floor & 1) != 0) ? 1 : 0);
    }
    return (int32_t)((v + magic) - magic);
}

/* delta, at most +-2^30; NaN becomes 0. */
static inline float te_limited_step(float delta)
{
    const float limit = 1073741824.0f;
    return delta > limit ? limit : delta >= -limit ? delta : delta < -limit ? -limit : 0.0f;
}

/* delta as a whole number of steps. */
static inline int32_t te_round_step(float delta, int32_t rule, uint32_t key, uint32_t element)
{
    const float v = te_limited_step(delta);
    return rule == TE_RULE_NEAREST ? te_round_nearest(v) : te_round_stochastic(v, te_random_at(key, element));
}

/* True in the last step of each update (`every` steps); random = {seed, steps so far}, which only accumulation reads. */
static inline int32_t te_update_due(const uint32_t *random, int32_t every)
{
    return every <= 1 || (random[1] + 1u) % (uint32_t)every == 0u;
}

/* Factor that makes the sum of the gradients of an update their mean, clipped if there is a clip. */
static inline float te_gradient_scale(int32_t every, const float *clip)
{
    const float mean = every <= 1 ? 1.0f : 1.0f / (float)every;
    return clip == NULL ? mean : mean * *clip;
}

/* The direction of a step: the gradient, or the velocity v = momentum*v + gradient if there is one. */
static inline float te_direction(float gradient, float *velocity, int32_t i, float momentum)
{
    if (velocity == NULL) {
        return gradient;
    }
    velocity[i] = momentum * velocity[i] + gradient;
    return velocity[i];
}

/* Codes that a step moves a parameter of this code by; a channel whose step is 0 is frozen. */
static inline float te_delta(float step, float direction, float shrink, float code)
{
    return step == 0.0f ? 0.0f : -(step * direction + shrink * code);
}

/* q + delta, saturating at +-127; stochastic steps without residual are those of te_step_group.h. With a residual r the parameter is
 * (256*q + r)/256 and keeps what rounding left over. */
static inline void te_step_i8(int8_t *q, int8_t *residual, float delta, int32_t rule, uint32_t key, uint32_t element)
{
    if (residual == NULL) {
        int32_t v = *q + te_round_step(delta, rule, key, element);
        *q = (int8_t)(v > 127 ? 127 : v < -127 ? -127 : v);
    } else {
        int32_t v = 256 * *q + *residual + te_round_step(256.0f * delta, rule, key, element);
        v = v > 127 * 256 ? 127 * 256 : v < -127 * 256 ? -127 * 256 : v;
        int32_t code = (v + 128 + 32768) / 256 - 128; /* floor((v + 128) / 256) */
        *q = (int8_t)code;
        *residual = (int8_t)(v - 256 * code);
    }
}

/* q + delta, saturating at +-2^30. */
static inline void te_step_i32(int32_t *q, float delta, int32_t rule, uint32_t key, uint32_t element)
{
    const int32_t limit = (int32_t)1 << 30;
    const int64_t v = (int64_t)*q + te_round_step(delta, rule, key, element);
    *q = (int32_t)(v > limit ? limit : v < -limit ? -limit : v);
}

#endif
