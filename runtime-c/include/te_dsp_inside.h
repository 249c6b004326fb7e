/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Bits of codes that lie between the ends of int8. */
#ifndef TE_DSP_INSIDE_H
#define TE_DSP_INSIDE_H

#include "te_dsp.h"

/* eights * 8 codes. */
void te_dsp_inside(const int8_t *codes, uint8_t *mask, int32_t eights);

#endif
