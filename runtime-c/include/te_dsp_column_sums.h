/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums of neighbouring columns of real numbers. */
#ifndef TE_DSP_COLUMN_SUMS_H
#define TE_DSP_COLUMN_SUMS_H

#include "te_dsp.h"

enum { TE_DSP_COLUMNS = 16 };

/* 0 + the first row + the next one and so on; a row begins `step` bytes behind the one before. */
void te_dsp_column_sums(const float *x, int32_t step, int32_t rows, float *sum);

#endif
