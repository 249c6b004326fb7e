/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of codes: kernel 7, stride 2. */
#include "te_kernels.h"
#include "te_mve_depthwise.h"

te_mve_run_of te_mve_run_7s2;

TE_MVE_DEPTHWISE(7s2, 7, 2, NULL)
