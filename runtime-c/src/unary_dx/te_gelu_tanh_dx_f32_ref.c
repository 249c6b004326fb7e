/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of gelu tanh, from its operand. dx may be dy. */
#include "te_unary.h"

TE_GATE_DX(te_gelu_tanh_dx_f32_ref, te_gelu_tanh_gate(v),
           g + v * g * (1.0f - g) * 1.59576912f * (1.0f + 0.134145f * v * v))
