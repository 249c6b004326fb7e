/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Chosen indices of one axis of a tensor of codes, in the order of the table. */
#include "te_kernels.h"

#define TE_X_CODES 1
#include "te_channels.h"

void te_gather_channels_i8_ref(const te_channels *s, const int8_t *x, const int16_t *channels, int8_t *y)
{
    te_gather_channels(s, x, channels, y);
}
