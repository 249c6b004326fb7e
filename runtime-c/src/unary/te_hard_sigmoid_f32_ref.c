/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Hard sigmoid: max(0, min(1, alpha*x + beta)). y may be x. */
#include "te_unary.h"

TE_UNARY(te_hard_sigmoid_f32_ref, te_hard_sigmoidf(v, s->alpha, s->beta))
