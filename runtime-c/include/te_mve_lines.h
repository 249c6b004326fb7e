/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Rows of an operand as lines (te_mve_run.h). */
#ifndef TE_MVE_LINES_H
#define TE_MVE_LINES_H

#include "te_mve_run.h"

/* Four rows: the first code of each, from column to column, and from some channels to the next. Assembly knows the order of the members. */
typedef struct te_mve_rows {
    const int8_t *at[4];
    int32_t column[4], next[4];
} te_mve_rows;

/* Words of columns that are `stride` bytes apart, of up to 16 channels; then the rows stand at the next channels. */
void te_mve_lines(te_mve_rows *rows, int32_t columns, int32_t channels, int8_t *to, int32_t stride);

#endif
