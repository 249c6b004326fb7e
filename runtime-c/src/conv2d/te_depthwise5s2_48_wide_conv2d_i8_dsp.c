/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of codes with any clamp, a mask and a bias that trains: kernel 5, stride 2, rows of up to 24 columns. */
#include "te_dsp_depthwise_wide.h"

te_dsp_taps_of te_dsp_taps_5;

TE_DSP_DEPTHWISE_WIDE(5, 2, 48, te_dsp_taps_5)
