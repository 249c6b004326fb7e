/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A copy of base, a tensor of codes, with part at the chosen indices of one axis. */
#include "te_kernels.h"

#define TE_X_CODES 1
#include "te_channels.h"

void te_overlay_channels_i8_ref(const te_channels *s, const int8_t *base, const int8_t *part, const int16_t *channels,
                                int8_t *y)
{
    te_overlay_channels(s, base, part, channels, y);
}
