/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums of eight codes at a time. */
#ifndef TE_DSP_ADD_H
#define TE_DSP_ADD_H

#include "te_dsp.h"
#include "te_kernels.h"

enum { TE_DSP_ADD_SHIFT = 21 };

void te_dsp_add_run(const te_dsp_add *s, const int8_t *a, const int8_t *b, int8_t *y, int32_t eights);

#endif
