/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Exponential. y may be x. */
#include "te_unary.h"

TE_UNARY(te_exp_f32_ref, te_expf(v))
