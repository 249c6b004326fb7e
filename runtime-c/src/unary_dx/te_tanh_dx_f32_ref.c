/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of tanh, from its result. dx may be dy. */
#include "te_unary.h"

TE_UNARY_DX(te_tanh_dx_f32_ref, 1.0f - v * v)
