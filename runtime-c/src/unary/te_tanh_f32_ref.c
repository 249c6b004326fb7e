/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Hyperbolic tangent. y may be x. */
#include "te_unary.h"

TE_UNARY(te_tanh_f32_ref, te_tanhf(v))
