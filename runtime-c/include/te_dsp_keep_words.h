/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Words whose bit is 0 become 0. */
#ifndef TE_DSP_KEEP_WORDS_H
#define TE_DSP_KEEP_WORDS_H

#include "te_dsp.h"

/* eights * 8 words; `to` may be `from`. */
void te_dsp_keep_words(const void *from, const uint8_t *mask, void *to, int32_t eights);

#endif
