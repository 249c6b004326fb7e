/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A tensor of fp32 with a box of it replaced by x; without a base the rest, without x the box holds the fill. y may be base. */
#include "te_kernels.h"

#define TE_X_CODES 0
#include "te_box.h"

void te_place_f32_ref(const te_box *s, const float *x, const float *base, float *y)
{
    te_place(s, x, base, s->fill, y);
}
