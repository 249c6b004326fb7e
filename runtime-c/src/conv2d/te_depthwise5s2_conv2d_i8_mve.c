/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of codes: kernel 5, stride 2. */
#include "te_kernels.h"
#include "te_mve_depthwise.h"

te_mve_run_of te_mve_run_5s2, te_mve_run_5s2_two;

TE_MVE_DEPTHWISE(5s2, 5, 2, te_mve_run_5s2_two)
