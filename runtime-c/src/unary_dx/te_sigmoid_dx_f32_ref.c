/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of sigmoid, from its result. dx may be dy. */
#include "te_unary.h"

TE_UNARY_DX(te_sigmoid_dx_f32_ref, v *(1.0f - v))
