/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Hard swish: x * max(0, min(1, alpha*x + beta)). y may be x. */
#include "te_unary.h"

TE_UNARY(te_hard_swish_f32_ref, v *te_hard_sigmoidf(v, s->alpha, s->beta))
