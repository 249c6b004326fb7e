/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of codes: kernel 7, stride 1, rows of up to 40 columns with padding. */
#include "te_dsp_depthwise.h"

te_dsp_taps_of te_dsp_taps_7;

TE_DSP_DEPTHWISE(7, 1, 80, te_dsp_taps_7)
