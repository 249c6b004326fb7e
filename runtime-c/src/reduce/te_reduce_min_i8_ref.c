/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Minimum over some dimensions of codes. */
#include "te_kernels.h"

#define TE_X_CODES 1
#define TE_LARGEST 0
#include "te_reduce_extreme.h"

void te_reduce_min_i8_ref(const te_reduce *s, const int8_t *x, int8_t *y)
{
    te_reduce_extreme(s, x, y);
}
