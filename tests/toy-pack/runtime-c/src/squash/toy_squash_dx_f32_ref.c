/* The gradient of squash, from its operand. dx may be dy. */
#include "toy_kernels.h"

void toy_squash_dx_f32_ref(const toy_squash *s, const float *dy, const float *x, float *dx)
{
    for (int32_t i = 0; i < s->count; i++) {
        const float v = 1.0f + x[i] * x[i];
        dx[i] = dy[i] * s->gain * (1.0f - x[i] * x[i]) / (v * v);
    }
}
