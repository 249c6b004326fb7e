/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A stochastic step of int8 weights of one output channel from integer sums (te_step_group.h). */
#ifndef TE_DSP_STEP_ROW_H
#define TE_DSP_STEP_ROW_H

#include <stdint.h>

/* Weights `at` .. of a tensor whose gradients are sums * unit, by the stochastic rule alone. minus_step: -rate * step of the channel. */
void te_dsp_step_row(int8_t *w, const int32_t *sums, int32_t count, float unit, float minus_step, uint32_t key,
                     uint32_t at);

#endif
