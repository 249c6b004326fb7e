/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Pixels of a real gradient times the scales of their channels. */
#ifndef TE_DSP_SCALED_H
#define TE_DSP_SCALED_H

#include "te_dsp_lanes.h"

/* Eight channels of each pixel times `scale`; steps lead from pixel to pixel. */
void te_dsp_scaled(const float *x, int32_t x_step, const float *scale, float *to, int32_t to_step, int32_t pixels);

#endif
