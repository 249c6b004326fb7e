/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* SiLU: x/(1 + exp(-x)). y may be x. */
#include "te_unary.h"

TE_UNARY(te_silu_f32_ref, v *te_sigmoidf(v))
