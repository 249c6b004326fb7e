/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of gelu, from its operand. dx may be dy. */
#include "te_unary.h"

TE_GATE_DX(te_gelu_dx_f32_ref, te_normal_cdff(v), g + v * 0.398942280f * te_expf(-0.5f * v * v))
