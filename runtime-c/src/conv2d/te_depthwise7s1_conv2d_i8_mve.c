/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of codes: kernel 7, stride 1. */
#include "te_kernels.h"
#include "te_mve_depthwise.h"

te_mve_run_of te_mve_run_7s1, te_mve_run_7s1_two;

TE_MVE_DEPTHWISE(7s1, 7, 1, te_mve_run_7s1_two)
