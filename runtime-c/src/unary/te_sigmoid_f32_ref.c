/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sigmoid: 1/(1 + exp(-x)). y may be x. */
#include "te_unary.h"

TE_UNARY(te_sigmoid_f32_ref, te_sigmoidf(v))
