/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Leaky ReLU: x, below 0 alpha*x. y may be x. */
#include "te_unary.h"

TE_UNARY(te_leaky_relu_f32_ref, v < 0.0f ? s->alpha * v : v)
