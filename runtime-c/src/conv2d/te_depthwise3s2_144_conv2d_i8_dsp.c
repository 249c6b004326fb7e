/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of codes: kernel 3, stride 2, rows of up to 72 columns with padding. */
#include "te_dsp_depthwise.h"

TE_DSP_DEPTHWISE(3, 2, 144, NULL)
