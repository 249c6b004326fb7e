/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of SiLU, from its operand. dx may be dy. */
#include "te_unary.h"

TE_GATE_DX(te_silu_dx_f32_ref, te_sigmoidf(v), g + v * g * (1.0f - g))
