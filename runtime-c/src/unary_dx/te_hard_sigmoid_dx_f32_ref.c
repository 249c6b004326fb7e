/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of hard sigmoid, from its result. dx may be dy. */
#include "te_unary.h"

TE_UNARY_DX(te_hard_sigmoid_dx_f32_ref, v > 0.0f && v < 1.0f ? s->alpha : 0.0f)
