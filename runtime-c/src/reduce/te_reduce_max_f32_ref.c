/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Maximum over some dimensions of fp32. */
#include "te_kernels.h"

#define TE_X_CODES 0
#define TE_LARGEST 1
#include "te_reduce_extreme.h"

void te_reduce_max_f32_ref(const te_reduce *s, const float *x, float *y)
{
    te_reduce_extreme(s, x, y);
}
