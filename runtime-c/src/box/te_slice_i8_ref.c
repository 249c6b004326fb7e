/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A box of a tensor of codes, in order. */
#include "te_kernels.h"

#define TE_X_CODES 1
#include "te_box.h"

void te_slice_i8_ref(const te_box *s, const int8_t *x, int8_t *y)
{
    te_slice(s, x, y);
}
