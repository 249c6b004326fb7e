/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of sqrt, from its result. dx may be dy. */
#include "te_unary.h"

TE_UNARY_STEEP_DX(te_sqrt_dx_f32_ref, 0.5f / v)
