/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of hard swish, from its operand. dx may be dy. */
#include "te_unary.h"

TE_GATE_DX(te_hard_swish_dx_f32_ref, v * s->alpha + s->beta,
           g <= 0.0f   ? 0.0f
           : g >= 1.0f ? 1.0f
                       : 2.0f * s->alpha * v + s->beta)
