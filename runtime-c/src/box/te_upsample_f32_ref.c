/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A tensor of fp32, enlarged by whole factors with the nearest element. */
#include "te_kernels.h"

#define TE_X_CODES 0
#include "te_upsample.h"

void te_upsample_f32_ref(const te_upsample *s, const float *x, float *y)
{
    te_upsample_nearest(s, x, y);
}
