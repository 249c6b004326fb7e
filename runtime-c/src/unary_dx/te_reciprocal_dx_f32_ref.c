/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of reciprocal, from its result. dx may be dy. */
#include "te_unary.h"

TE_UNARY_STEEP_DX(te_reciprocal_dx_f32_ref, -(v *v))
