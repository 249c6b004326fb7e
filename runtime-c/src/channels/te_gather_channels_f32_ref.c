/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Chosen indices of one axis of a tensor of fp32, in the order of the table. */
#include "te_kernels.h"

#define TE_X_CODES 0
#include "te_channels.h"

void te_gather_channels_f32_ref(const te_channels *s, const float *x, const int16_t *channels, float *y)
{
    te_gather_channels(s, x, channels, y);
}
