/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Maximum over some dimensions of codes. */
#include "te_kernels.h"

#define TE_X_CODES 1
#define TE_LARGEST 1
#include "te_reduce_extreme.h"

void te_reduce_max_i8_ref(const te_reduce *s, const int8_t *x, int8_t *y)
{
    te_reduce_extreme(s, x, y);
}
