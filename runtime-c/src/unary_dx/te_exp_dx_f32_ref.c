/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of exp, from its result. dx may be dy. */
#include "te_unary.h"

TE_UNARY_STEEP_DX(te_exp_dx_f32_ref, v)
