/* gain*x/(1 + x*x). y may be x. */
#include "toy_kernels.h"

void toy_squash_f32_ref(const toy_squash *s, const float *x, float *y)
{
    for (int32_t i = 0; i < s->count; i++) {
        y[i] = s->gain * x[i] / (1.0f + x[i] * x[i]);
    }
}
