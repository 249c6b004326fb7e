/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of celu, from its result. dx may be dy. */
#include "te_unary.h"

TE_UNARY_DX(te_celu_dx_f32_ref, v < 0.0f ? v / s->alpha + 1.0f : 1.0f)
