/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* GELU: x times the normal distribution function of x. y may be x. */
#include "te_unary.h"

TE_UNARY(te_gelu_f32_ref, v *te_normal_cdff(v))
