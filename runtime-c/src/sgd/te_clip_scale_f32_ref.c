/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The factor that brings the mean gradient down to a norm: 1 where its own norm is not above it. */
#include "te_kernels.h"
#include "te_math.h"
#include "te_update.h"

void te_clip_scale_f32_ref(const te_clip *s, const float *sum, float *scale)
{
    const float norm = te_sqrtf(*sum) * te_gradient_scale(s->every, NULL);
    *scale = norm <= s->norm ? 1.0f : s->norm / norm;
}
