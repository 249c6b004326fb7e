/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of codes: kernel 5, stride 1, rows of up to 24 columns with padding. */
#include "te_dsp_depthwise.h"

te_dsp_taps_of te_dsp_taps_5;

TE_DSP_DEPTHWISE(5, 1, 48, te_dsp_taps_5)
