/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

#include "te_dsp_pairs_text.h"

TE_PAIRS_LITERAL(te_dsp_pairs_12, 12, "s17", "17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7")
