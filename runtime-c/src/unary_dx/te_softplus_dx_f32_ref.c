/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of softplus, from its operand. dx may be dy. */
#include "te_unary.h"

TE_UNARY_DX(te_softplus_dx_f32_ref, te_sigmoidf(v))
