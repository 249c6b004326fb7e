/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A copy of base, a tensor of fp32, with part at the chosen indices of one axis. */
#include "te_kernels.h"

#define TE_X_CODES 0
#include "te_channels.h"

void te_overlay_channels_f32_ref(const te_channels *s, const float *base, const float *part, const int16_t *channels,
                                 float *y)
{
    te_overlay_channels(s, base, part, channels, y);
}
