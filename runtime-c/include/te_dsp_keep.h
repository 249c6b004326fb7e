/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Mantissas whose bit is 0 become 0. */
#ifndef TE_DSP_KEEP_H
#define TE_DSP_KEEP_H

#include "te_dsp.h"

/* eights * 8 bytes; `to` may be `from`. */
void te_dsp_keep(const int8_t *from, const uint8_t *mask, int8_t *to, int32_t eights);

#endif
