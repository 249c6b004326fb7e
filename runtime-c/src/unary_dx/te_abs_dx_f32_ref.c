/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of abs, from its operand. dx may be dy. */
#include "te_unary.h"

TE_UNARY_DX(te_abs_dx_f32_ref, v > 0.0f ? 1.0f : v < 0.0f ? -1.0f : 0.0f)
