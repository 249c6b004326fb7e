/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of log, from its operand. dx may be dy. */
#include "te_unary.h"

TE_UNARY_STEEP_DX(te_log_dx_f32_ref, 1.0f / v)
