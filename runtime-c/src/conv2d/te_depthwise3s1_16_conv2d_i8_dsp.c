/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of codes: kernel 3, stride 1, rows of up to 8 columns with padding and 5 results. */
#include "te_dsp_depthwise.h"

TE_DSP_DEPTHWISE_COLUMNS(16)
