/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A tensor of codes with a box of it replaced by x; without a base the rest, without x the box holds the fill. y may be base. */
#include "te_kernels.h"

#define TE_X_CODES 1
#include "te_box.h"

void te_place_i8_ref(const te_box *s, const int8_t *x, const int8_t *base, int8_t *y)
{
    te_place(s, x, base, (int8_t)s->fill_code, y);
}
