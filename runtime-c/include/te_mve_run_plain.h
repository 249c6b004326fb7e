/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Runs in C, for cores without Helium. */
#ifndef TE_MVE_RUN_PLAIN_H
#define TE_MVE_RUN_PLAIN_H

#include "te_mve_run.h"

#if !TE_MVE_CORE

/* The sum of a pixel of a channel, its rows `down` rows further down. */
static inline int32_t te_run_sum(const int8_t *at, const int8_t *w, int32_t kernel, int32_t down)
{
    const int32_t words = kernel == 3 ? 1 : 2;
    int32_t sum = 0;
    for (int32_t column = 0; column < kernel; column++) {
        const int8_t *const x = at + column * words * TE_MVE_LINE;
        for (int32_t row = 0; row < kernel; row++) {
            const int32_t lane = row + down;
            sum += x[lane / 4 * TE_MVE_LINE + lane % 4] * w[(column + 1) * 4 * words + row];
        }
    }
    return sum;
}

/* rows: of results, one or two. */
static inline void te_mve_run_plain(te_mve_run *run, int32_t kernel, int32_t stride, int32_t rows)
{
    const int32_t words = kernel == 3 ? 1 : 2, pixels = 4 * run->groups + run->rest;
    for (int32_t i = 0; i < run->channels; i++) {
        const int8_t *const w = run->w + i * (kernel + 1) * 4 * words;
        for (int32_t p = 0; p < pixels; p++) {
            const int8_t *const at = run->at + 4 * i + p * stride * words * TE_MVE_LINE;
            for (int32_t row = 0; row < rows; row++) {
                const int32_t sum = run->channel[i].first + te_run_sum(at, w, kernel, row * stride);
                te_store_i8(run->y + row * run->second + p * run->pixel + i, NULL, 0,
                            te_scale(sum, run->channel[i].multiplier) + run->y_zero, run->y_min, run->y_max);
            }
        }
    }
}

#endif

#endif
