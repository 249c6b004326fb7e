/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Softmax cross-entropy of one sample and its gradient: loss = log(sum exp(z - max)) - (z[target] - max),
 * dlogits = softmax(z) - onehot(target). The largest logit is the prediction, the first of equals. */
#include "te_kernels.h"
#include "te_math.h"

void te_softmax_cross_entropy_f32_ref(const te_loss *s, const float *logits, const int32_t *target, float *loss, int32_t *prediction, float *dlogits)
{
    int32_t best = 0;
    for (int32_t i = 1; i < s->count; i++) {
        if (logits[i] > logits[best]) {
            best = i;
        }
    }
    const float max = logits[best];
    float sum = 0.0f;
    for (int32_t i = 0; i < s->count; i++) {
        dlogits[i] = te_expf(logits[i] - max);
        sum += dlogits[i];
    }
    *loss = te_logf(sum) - (logits[*target] - max);
    *prediction = best;
    for (int32_t i = 0; i < s->count; i++) {
        dlogits[i] = dlogits[i] / sum - (i == *target ? 1.0f : 0.0f);
    }
}
