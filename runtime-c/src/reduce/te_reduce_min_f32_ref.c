/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Minimum over some dimensions of fp32. */
#include "te_kernels.h"

#define TE_X_CODES 0
#define TE_LARGEST 0
#include "te_reduce_extreme.h"

void te_reduce_min_f32_ref(const te_reduce *s, const float *x, float *y)
{
    te_reduce_extreme(s, x, y);
}
