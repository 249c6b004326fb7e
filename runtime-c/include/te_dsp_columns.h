/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Columns of four channels as pairs along x. */
#ifndef TE_DSP_COLUMNS_H
#define TE_DSP_COLUMNS_H

#include "te_dsp.h"

/* rows times fours times four neighbouring pixels of four channels, to a plane of pairs a channel. plane: bytes from one to the next; skip:
 * bytes from the end of a row of pairs to the next row. */
void te_dsp_columns(const int8_t *x, int32_t in_c, uint32_t *to, int32_t fours, int32_t rows, int32_t skip,
                    int32_t plane);

#endif
