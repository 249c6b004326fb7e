/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of leaky relu, from its operand. dx may be dy. */
#include "te_unary.h"

TE_UNARY_DX(te_leaky_relu_dx_f32_ref, v < 0.0f ? s->alpha : 1.0f)
