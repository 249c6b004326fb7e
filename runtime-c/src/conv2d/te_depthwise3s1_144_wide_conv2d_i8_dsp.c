/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of codes with any clamp, a mask and a bias that trains: kernel 3, stride 1, rows of up to 72 columns. */
#include "te_dsp_depthwise_wide.h"

TE_DSP_DEPTHWISE_WIDE(3, 1, 144, NULL)
