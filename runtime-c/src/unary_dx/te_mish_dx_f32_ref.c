/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of Mish, from its operand. dx may be dy. */
#include "te_unary.h"

TE_GATE_DX(te_mish_dx_f32_ref, te_tanhf(te_softplusf(v)), g + v * te_sigmoidf(v) * (1.0f - g * g))
