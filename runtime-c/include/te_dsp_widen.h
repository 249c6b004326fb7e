/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Codes of pixels as pairs of int16. */
#ifndef TE_DSP_WIDEN_H
#define TE_DSP_WIDEN_H

#include "te_dsp.h"

/* Widens fours * 4 codes of four pixels and returns the end. */
uint32_t *te_dsp_widen(const int8_t *const *pixels, uint32_t *to, int32_t fours);

#endif
