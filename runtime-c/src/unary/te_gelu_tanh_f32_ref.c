/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* GELU in its tanh approximation. y may be x. */
#include "te_unary.h"

TE_UNARY(te_gelu_tanh_f32_ref, v *te_gelu_tanh_gate(v))
