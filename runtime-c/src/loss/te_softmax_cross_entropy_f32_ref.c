/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Softmax cross-entropy of one sample and its gradient. With max-shifted logits z the loss is log(sum exp(z)) minus the sum of
 * q*z, dlogits = softmax(z) - q, where q is hit for the target class and miss for every other: 1 and 0 without label smoothing.
 * The largest logit is the prediction, the first of equals. */
#include "te_kernels.h"
#include "te_math.h"

void te_softmax_cross_entropy_f32_ref(const te_loss *s, const float *logits, const int32_t *target, float *loss,
                                      int32_t *prediction, float *dlogits)
{
    int32_t best = 0;
    for (int32_t i = 1; i < s->count; i++) {
        if (logits[i] > logits[best]) {
            best = i;
        }
    }
    const float max = logits[best];
    float sum = 0.0f;
    float others = 0.0f;
    for (int32_t i = 0; i < s->count; i++) {
        const float z = logits[i] - max;
        dlogits[i] = te_expf(z);
        sum += dlogits[i];
        others += i == *target ? 0.0f : z;
    }
    *loss = te_logf(sum) - s->hit * (logits[*target] - max) - s->miss * others;
    *prediction = best;
    for (int32_t i = 0; i < s->count; i++) {
        dlogits[i] = dlogits[i] / sum - (i == *target ? s->hit : s->miss);
    }
}
