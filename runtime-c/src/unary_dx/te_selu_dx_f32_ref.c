/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of selu, from its result. dx may be dy. */
#include "te_unary.h"

TE_UNARY_DX(te_selu_dx_f32_ref, v < 0.0f ? v + s->alpha * s->beta : s->beta)
