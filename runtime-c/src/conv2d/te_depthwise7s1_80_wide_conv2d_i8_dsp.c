/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of codes with any clamp, a mask and a bias that trains: kernel 7, stride 1, rows of up to 40 columns. */
#include "te_dsp_depthwise_wide.h"

te_dsp_taps_of te_dsp_taps_7;

TE_DSP_DEPTHWISE_WIDE(7, 1, 80, te_dsp_taps_7)
