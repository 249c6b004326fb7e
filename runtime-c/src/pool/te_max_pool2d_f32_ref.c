/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Maximum of fp32; padding never wins. */
#include "te_kernels.h"

#define TE_X_CODES 0
#include "te_max_pool.h"

void te_max_pool2d_f32_ref(const te_pool2d *s, const float *x, float *y)
{
    te_max_pool2d(s, x, y);
}
