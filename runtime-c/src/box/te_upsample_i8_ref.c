/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A tensor of codes, enlarged by whole factors with the nearest element. */
#include "te_kernels.h"

#define TE_X_CODES 1
#include "te_upsample.h"

void te_upsample_i8_ref(const te_upsample *s, const int8_t *x, int8_t *y)
{
    te_upsample_nearest(s, x, y);
}
