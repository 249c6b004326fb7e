/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Softsign: x/(1 + |x|). y may be x. */
#include "te_unary.h"

TE_UNARY(te_softsign_f32_ref, v / (1.0f + te_absf(v)))
