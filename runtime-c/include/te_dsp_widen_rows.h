/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Codes of four pixels as pairs of int16, of several rows. */
#ifndef TE_DSP_WIDEN_ROWS_H
#define TE_DSP_WIDEN_ROWS_H

#include "te_dsp.h"

/* Of each row fours * 4 codes of four pixels that lie step bytes apart; returns the end. */
uint32_t *te_dsp_widen_rows(const int8_t *x, int32_t step, uint32_t *to, int32_t fours, int32_t rows,
                            int32_t row_bytes);

#endif
