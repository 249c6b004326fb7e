/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Windows of 3 by 3 over three channels as pairs of int16. */
#ifndef TE_DSP_WIDEN_3X3X3_H
#define TE_DSP_WIDEN_3X3X3_H

#include "te_dsp.h"

/* rows: the three rows of the first of four windows, which lie step bytes apart. */
void te_dsp_widen_3x3x3(const int8_t *const *rows, int32_t step, uint32_t *to);

#endif
