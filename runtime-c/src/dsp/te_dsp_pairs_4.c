/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

#include "te_dsp_pairs_text.h"

TE_PAIRS_LITERAL(te_dsp_pairs_4, 4, "s9", "9, 8, 7")
