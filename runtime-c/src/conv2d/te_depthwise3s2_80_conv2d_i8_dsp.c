/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of codes: kernel 3, stride 2, rows of up to 40 columns with padding. */
#include "te_dsp_depthwise.h"

TE_DSP_DEPTHWISE(3, 2, 80, NULL)
