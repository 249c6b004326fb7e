/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A box of a tensor of fp32, in order. */
#include "te_kernels.h"

#define TE_X_CODES 0
#include "te_box.h"

void te_slice_f32_ref(const te_box *s, const float *x, float *y)
{
    te_slice(s, x, y);
}
