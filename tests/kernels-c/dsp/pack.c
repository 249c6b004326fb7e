/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

#include "pack.h"

#include <stddef.h>

#include "te_dsp_add.h"
#include "te_dsp_block.h"
#include "te_dsp_dense.h"
#include "te_dsp_depthwise_run.h"
#include "te_dsp_wide.h"
#include "te_math.h"

static int32_t code_of(const channel *c, int32_t sum)
{
    const int32_t code = te_scale(sum, c->m) + c->zero;
    return code < c->low ? c->low : code > c->high ? c->high : code;
}

static int64_t floor_divided(int64_t a, int64_t b) /* b > 0 */
{
    const int64_t q = a / b;
    return q * b > a ? q - 1 : q;
}

int32_t largest_shift(float m)
{
    int32_t e = -1;
    while (e < 14 && (double)m * (double)((int64_t)1 << (34 + e)) < 2147483648.0) {
        e++; /* m * 2^(33 + e) is the multiplier */
    }
    return e;
}

typedef struct interval {
    int64_t low, high;
} interval;

/* Leaves the multipliers M with sum * M >= bound. */
static void require_at_least(interval *m, int64_t sum, int64_t bound)
{
    if (sum > 0) {
        const int64_t low = -floor_divided(-bound, sum);
        m->low = low > m->low ? low : m->low;
    } else if (sum < 0) {
        const int64_t high = floor_divided(-bound, -sum);
        m->high = high < m->high ? high : m->high;
    } else if (bound > 0) {
        m->low = m->high + 1;
    }
}

/* Leaves the multipliers M with sum * M < bound. */
static void require_below(interval *m, int64_t sum, int64_t bound)
{
    require_at_least(m, -sum, 1 - bound);
}

int32_t prove_multiplier(const channel *c, int32_t e)
{
    interval fit = {1, 0x7fffffff};
    const int64_t constant = (int64_t)(2 * c->zero + 1) * ((int64_t)1 << e);
    const int32_t first = code_of(c, c->least), last = code_of(c, c->most);
    for (int32_t code = first; code <= last + 1; code++) {
        int64_t below = c->least,
                reached = c->most; /* of the first sum that has this code: code(below) < code <= code(reached) */
        while (reached - below > 1) {
            const int64_t middle = below + (reached - below) / 2;
            if (code_of(c, (int32_t)middle) >= code) {
                reached = middle;
            } else {
                below = middle;
            }
        }
        const int64_t bound = (code * ((int64_t)1 << (e + 1)) - constant) * ((int64_t)1 << 32);
        if (code <= last && code > c->low) {
            require_at_least(&fit, code == first ? c->least : reached, bound);
        }
        if (code > first && code <= c->high) {
            require_below(&fit, code == last + 1 ? c->most : below, bound);
        }
    }
    return fit.low <= fit.high ? (int32_t)(fit.low + (fit.high - fit.low) / 2) : 0;
}

int32_t pack_proves = 1;

int32_t multiplier_of(const channel *c, int32_t e, int32_t number)
{
    if (e < 0) {
        return 0;
    }
    if (pack_proves != 0) {
        return prove_multiplier(c, e);
    }
    return number % 19 == 18 ? 0 : (int32_t)((double)c->m * (double)((int64_t)1 << (33 + e)));
}

int32_t first_sum(const layer *s, int32_t oc)
{
    int32_t sum = s->b == NULL ? 0 : s->b[oc];
    for (int32_t i = 0; i < s->inputs; i++) {
        sum -= s->x_zero * s->w[oc * s->inputs + i];
    }
    return sum;
}

channel channel_of(const layer *s, int32_t oc)
{
    channel c = {s->m[oc], s->y_zero, 0, 0, s->low, s->high};
    c.least = c.most = s->b == NULL ? 0 : s->b[oc];
    for (int32_t i = 0; i < s->inputs; i++) {
        const int32_t w = s->w[oc * s->inputs + i];
        c.least += w * ((w > 0 ? -128 : 127) - s->x_zero);
        c.most += w * ((w > 0 ? 127 : -128) - s->x_zero);
    }
    return c;
}

/* Whether 256 times the sum fits. */
static int32_t fits_q(const channel *c)
{
    return c->least > -0x800000 && c->most < 0x800000;
}

static int32_t weight(const layer *s, int32_t oc, int32_t group, int32_t tap)
{
    const int32_t i = s->taps[4 * group + tap];
    return oc < s->out_c && i >= 0 ? s->w[oc * s->inputs + i] : 0;
}

static uint32_t bits(float v)
{
    return te_float_bits(v);
}

int32_t window_taps(int32_t kernel_h, int32_t run, int16_t *taps)
{
    int32_t count = 0;
    for (int32_t kh = 0; kh < kernel_h; kh++) {
        for (int32_t i = 0; i < run / 4 * 4; i++) {
            taps[count++] = (int16_t)(kh * run + i);
        }
    }
    for (int32_t kh = 0; kh < kernel_h; kh++) {
        for (int32_t i = run / 4 * 4; i < run; i++) {
            taps[count++] = (int16_t)(kh * run + i);
        }
    }
    while (count % 4 != 0) {
        taps[count++] = -1;
    }
    return count / 4;
}

/* Header of two channels; q_scale: what the sum of q counts when it becomes a code. Returns 0 if a sum does not fit. */
static int32_t pack_header(const layer *s, int32_t oc, int32_t trained, float q_scale, uint32_t *to, int32_t *proved)
{
    const int32_t has_q = oc + 1 < s->out_c;
    channel p = channel_of(s, oc), q = channel_of(s, has_q ? oc + 1 : oc);
    if (!fits_q(&q)) {
        return 0;
    }
    if (trained) { /* a bias saturates at 2^30 */
        p.least -= 0x40000000, q.least -= 0x40000000, p.most += 0x40000000, q.most += 0x40000000;
    }
    const int32_t e = largest_shift(p.m > q.m ? p.m : q.m);
    const int32_t p_proved = multiplier_of(&p, e, oc), q_proved = multiplier_of(&q, e, oc + 1);
    *proved += (p_proved != 0) + (has_q && q_proved != 0);
    const int32_t integer = p_proved != 0 && q_proved != 0;
    const int32_t p_first = first_sum(s, oc), q_first = has_q ? first_sum(s, oc + 1) : 0;
    to[0] = (uint32_t)(integer ? e : TE_DSP_REAL);
    to[1] = (uint32_t)p_first;
    to[2] = (uint32_t)q_first * 256u + (uint32_t)p_first;
    to[3] = integer ? (uint32_t)p_proved : bits(p.m);
    to[4] = integer ? (uint32_t)q_proved : bits(q.m / q_scale);
    return 1;
}

/* Word i of two channels. Returns 0 where a halfword does not hold both. */
static int32_t pack_word(const layer *s, int32_t oc, int32_t i, uint32_t *to)
{
    const int32_t group = i / 2, even = i % 2;
    const int32_t low = 256 * weight(s, oc + 1, group, even) + weight(s, oc, group, even);
    const int32_t high = 256 * weight(s, oc + 1, group, even + 2) + weight(s, oc, group, even + 2);
    *to = ((uint32_t)low & 0xffffu) | (uint32_t)high << 16;
    return low >= -32768 && high >= -32768;
}

static uint32_t *pack_behind(uint32_t *to)
{
    for (int32_t i = 0; i < TE_DSP_BEHIND; i++) {
        *to++ = 0;
    }
    return to;
}

int32_t pack_pairs(const layer *s, uint32_t *to, int32_t *proved)
{
    const int32_t words = 2 * s->groups, first = words - (words - 2) / TE_DSP_GROUP * TE_DSP_GROUP;
    uint32_t *const start = to;
    for (int32_t oc = 0; oc < s->out_c; oc += 2, to += TE_DSP_HEADER + words) {
        if (!pack_header(s, oc, 0, 256.0f, to, proved)) {
            return 0;
        }
        for (int32_t i = 0; i < words; i++) {
            /* word 0, the rest of the first group backwards, then sixteen at a time backwards */
            const int32_t behind = i < first ? first : first + (i - first) / TE_DSP_GROUP * TE_DSP_GROUP + TE_DSP_GROUP;
            const int32_t before = i < first ? 1 : behind - TE_DSP_GROUP;
            const int32_t at = i == 0 ? 0 : before + behind - 1 - i;
            if (!pack_word(s, oc, i, &to[TE_DSP_HEADER + at])) {
                return 0;
            }
        }
    }
    return (int32_t)(pack_behind(to) - start);
}

int32_t pack_wide(const layer *s, int32_t trained, uint32_t *to, int32_t *proved)
{
    uint32_t *const start = to;
    for (int32_t oc = 0; oc < s->out_c; oc += 2, to += TE_DSP_HEADER) {
        if (!pack_header(s, oc, trained, 1.0f, to, proved)) {
            return 0;
        }
    }
    const int32_t piece = te_dsp_piece(s->groups);
    for (int32_t from = 0; from < s->groups; from += piece) {
        const int32_t end = from + piece < s->groups ? from + piece : s->groups, words = 2 * (end - from);
        const int32_t first = (words - 1) % TE_DSP_GROUP + 1;
        for (int32_t oc = 0; oc < s->out_c; oc += 2, to += words) {
            for (int32_t i = 0; i < words; i++) {
                const int32_t group = i < first ? 0 : (i - first) / TE_DSP_GROUP + 1;
                const int32_t before = group == 0 ? 0 : first + (group - 1) * TE_DSP_GROUP,
                              behind = first + group * TE_DSP_GROUP;
                if (!pack_word(s, oc, 2 * from + i, &to[before + behind - 1 - i])) {
                    return 0;
                }
            }
        }
    }
    return (int32_t)(pack_behind(to) - start);
}

int32_t pack_depthwise(const layer *s, int32_t trained, uint32_t *table)
{
    te_dsp_channel_table *const to = (te_dsp_channel_table *)(void *)table;
    int32_t proved = 0;
    for (int32_t oc = 0; oc < s->out_c; oc++) {
        channel c = channel_of(s, oc);
        const int32_t shift = largest_shift(c.m), scale = shift > 8 ? 0 : 8 - shift;
        const int32_t limit = 0x40000000 >> (scale > 8 ? 8 : scale);
        if (trained) {
            c.least -= limit, c.most += limit;
        }
        /* first sum and raw codes times taps, times 2^scale, fit int32 */
        const int64_t first = trained ? limit : first_sum(s, oc);
        const int64_t largest = (first < 0 ? -first : first) + 128 * 128 * (int64_t)s->inputs;
        int32_t multiplier = 0;
        if (scale <= 8 && (largest << scale) < 0x7fffffff) {
            multiplier = multiplier_of(&c, 8 - scale, oc);
        }
        proved += multiplier != 0;
        to[oc].constant = multiplier != 0 ? (2 * s->y_zero + 1) * 256 : 0;
        to[oc].scale = multiplier != 0 ? scale : 0;
        to[oc].sum = first_sum(s, oc) * (multiplier != 0 && !trained ? 1 << scale : 1);
        to[oc].multiplier = multiplier != 0 ? multiplier : (int32_t)bits(s->m[oc]);
    }
    return proved;
}

int32_t pack_dense(const layer *s, uint32_t *to, int32_t *proved)
{
    const int32_t words = 2 * s->groups, first = (words - 1) % TE_DSP_DENSE_GROUP + 1;
    uint32_t *const start = to;
    for (int32_t oc = 0; oc < s->out_c; oc += 8, to += 17 + 4 * words) {
        uint32_t *const ends = to + 8 + 4 * words;
        int32_t multipliers[8], found = 0, e = 14;
        float factors[8];
        for (int32_t i = 0; i < 8; i++) {
            const int32_t c = oc + i < s->out_c ? oc + i : s->out_c - 1;
            const int32_t most = largest_shift(s->m[c]);
            e = most < e ? most : e;
            factors[i] = s->m[c];
            const int32_t sum = oc + i < s->out_c ? first_sum(s, c) : 0;
            to[i] = i % 2 == 0 ? (uint32_t)sum : (uint32_t)sum * 256u + to[i - 1];
        }
        for (int32_t i = 0; i < 8; i++) {
            const int32_t c = oc + i < s->out_c ? oc + i : s->out_c - 1;
            const channel sums = channel_of(s, c);
            if (i % 2 == 1 && !fits_q(&sums)) {
                return 0;
            }
            multipliers[i] = multiplier_of(&sums, e, c);
            found += multipliers[i] != 0;
            *proved += oc + i < s->out_c && multipliers[i] != 0;
        }
        ends[0] = (uint32_t)(found == 8 ? e : TE_DSP_REAL);
        for (int32_t i = 0; i < 8; i++) {
            ends[1 + i] = found == 8 ? (uint32_t)multipliers[i] : bits(i % 2 == 0 ? factors[i] : factors[i] / 256.0f);
        }
        for (int32_t i = 0; i < words; i++) {
            const int32_t group = i < first ? 0 : (i - first) / TE_DSP_DENSE_GROUP + 1;
            const int32_t before = group == 0 ? 0 : first + (group - 1) * TE_DSP_DENSE_GROUP;
            const int32_t behind = first + group * TE_DSP_DENSE_GROUP;
            for (int32_t pair = 0; pair < 4; pair++) {
                if (!pack_word(s, oc + 2 * pair, i, &to[8 + 4 * (before + behind - 1 - i) + pair])) {
                    return 0;
                }
            }
        }
    }
    return (int32_t)(to - start);
}

/* The constants for which the quotients of these factors give the codes of the definition: low .. high. */
static interval add_constants(const te_binary *s, int64_t a_factor, int64_t b_factor)
{
    interval fit = {-0x60000000, 0x60000000};
    for (int32_t p = -128; p < 128; p++) {
        for (int32_t q = -128; q < 128; q++) {
            const int32_t sum =
                te_round_clamped((float)(p - s->a_zero) * s->a_scale + (float)(q - s->b_zero) * s->b_scale, -1000.0f,
                                 1000.0f)
                + s->y_zero;
            const int32_t code = sum < -128 ? -128 : sum > 127 ? 127 : sum;
            const int64_t products = floor_divided(a_factor * p, 256) + floor_divided(b_factor * q, 256);
            const int64_t low = (int64_t)code * (1 << TE_DSP_ADD_SHIFT) - products,
                          high = low + (1 << TE_DSP_ADD_SHIFT) - 1;
            fit.low = code > -128 && low > fit.low ? low : fit.low;
            fit.high = code < 127 && high < fit.high ? high : fit.high;
            /* the sum of int32 must not overflow */
            fit.low = -0x80000000LL - products > fit.low ? -0x80000000LL - products : fit.low;
            fit.high = 0x7fffffffLL - products < fit.high ? 0x7fffffffLL - products : fit.high;
        }
    }
    return fit;
}

int32_t prove_add(const te_binary *s, te_dsp_add *to)
{
    const double unit = (double)((int64_t)1 << (TE_DSP_ADD_SHIFT + 8));
    const double a = s->a_scale * unit, b = s->b_scale * unit;
    if (a >= 2147483640.0 || b >= 2147483640.0) {
        return 0;
    }
    to->count = s->d0 * s->d1 * s->d2 * s->d3;
    for (int32_t i = 0; i < 9; i++) {
        to->a_factor = (int32_t)a + i % 3 * 64 - 64;
        to->b_factor = (int32_t)b + i / 3 * 64 - 64;
        const interval fit = add_constants(s, to->a_factor, to->b_factor);
        if (fit.low <= fit.high) {
            to->constant = (int32_t)(fit.low + (fit.high - fit.low) / 2);
            return 1;
        }
    }
    return 0;
}
