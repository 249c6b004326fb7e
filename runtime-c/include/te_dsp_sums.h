/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums of four pixels by the channels of a block, added to those in memory. */
#ifndef TE_DSP_SUMS_H
#define TE_DSP_SUMS_H

#include "te_dsp_block.h"

void te_dsp_sums(const te_dsp_block *block);

#endif
