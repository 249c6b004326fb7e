/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums of four pixels by two channels p and q at a time. Weights are in the order of the forward pass, so that two output channels of
 * p and q come by two halfwords and are paired here: 36 instructions for 32 products.
 *
 * Registers: r0 pixels, r1 weights, r2 and r3 pairs of q and p, r4 and r5 pixels, r6-r9 sums of p, r10-r12 and lr of q. */
#include "te_dsp_turned.h"

#if TE_DSP_CORE

#define TE_TURNED_PRODUCTS                                                                                             \
    "pkhbt r2, r2, r3, lsl #16\n"                                                                                      \
    "sxtb16 r3, r2\n"                                                                                                  \
    "sxtb16 r2, r2, ror #8\n"                                                                                          \
    "ldrd r4, r5, [r0], #8\n"                                                                                          \
    "smlad r6, r3, r4, r6\n"                                                                                           \
    "smlad r10, r2, r4, r10\n"                                                                                         \
    "smlad r7, r3, r5, r7\n"                                                                                           \
    "smlad r11, r2, r5, r11\n"                                                                                         \
    "ldrd r4, r5, [r0], #8\n"                                                                                          \
    "smlad r8, r3, r4, r8\n"                                                                                           \
    "smlad r12, r2, r4, r12\n"                                                                                         \
    "smlad r9, r3, r5, r9\n"                                                                                           \
    "smlad lr, r2, r5, lr\n"

/* Four output channels; r4 is the stride. */
#define TE_TURNED_FOUR                                                                                                 \
    "ldrh r2, [r1]\n"                                                                                                  \
    "ldrh r3, [r1, r4, lsl #1]\n"                                                                                      \
    "add r1, r1, r4\n" TE_TURNED_PRODUCTS "vmov r4, s8\n"                                                              \
    "ldrh r2, [r1]\n"                                                                                                  \
    "ldrh r3, [r1, r4, lsl #1]\n"                                                                                      \
    "add r4, r4, r4, lsl #1\n"                                                                                         \
    "add r1, r1, r4\n" TE_TURNED_PRODUCTS

TE_DSP_ASM void te_dsp_turned_sums(__attribute__((unused)) const te_dsp_turned *t)
{
    __asm__ volatile("push {r4-r11, lr}\n"
                     "vldmia r0, {s0-s10}\n"
                     "1: vmov r0, s10\n"
                     "vmov r1, s0\n"
                     "vmov r4, s8\n"
                     "mov r6, #0\n"
                     "mov r7, #0\n"
                     "mov r8, #0\n"
                     "mov r9, #0\n"
                     "mov r10, #0\n"
                     "mov r11, #0\n"
                     "mov r12, #0\n"
                     "mov lr, #0\n"
                     "vmov r5, s9\n"
                     "sub r5, r5, r0\n"
                     "lsls r5, r5, #26\n" /* an odd number of fours enters in the middle */
                     "bmi 3f\n"
                     "2:\n" TE_TURNED_FOUR "vmov r4, s8\n"
                     "3:\n" TE_TURNED_FOUR "vmov r4, r5, s8, s9\n"
                     "cmp r0, r5\n"
                     "bne 2b\n"
                     "vmov r2, r3, s4, s5\n"
                     "vmov r4, r5, s6, s7\n"
                     "lsl r6, r6, r2\n"
                     "lsl r7, r7, r3\n"
                     "lsl r8, r8, r4\n"
                     "lsl r9, r9, r5\n"
                     "lsl r10, r10, r2\n"
                     "lsl r11, r11, r3\n"
                     "lsl r12, r12, r4\n"
                     "lsl lr, lr, r5\n"
                     "vmov r0, s1\n"
                     "vmov r1, r2, s2, s3\n"
                     "add r3, r0, r2\n"
                     "strd r6, r10, [r0]\n"
                     "strd r7, r11, [r3]\n"
                     "add r3, r3, r2\n"
                     "strd r8, r12, [r3]\n"
                     "add r3, r3, r2\n"
                     "strd r9, lr, [r3]\n"
                     "add r0, r0, #8\n"
                     "vmov s1, r0\n"
                     "vmov r2, s0\n"
                     "add r2, r2, #2\n"
                     "vmov s0, r2\n"
                     "cmp r0, r1\n"
                     "bne 1b\n"
                     "pop {r4-r11, pc}\n" ::
                         : "memory");
}

#else

#ifdef __AVX2__

#include <immintrin.h>

/* Sixteen weights of one output channel as int16. */
static inline __m256i te_turned_codes(const int8_t *w)
{
    return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(const void *)w));
}

/* Sums of four pixels by sixteen channels from c on. Unpacking pairs the weights of two output channels; it leaves channels 0-3 and 8-11
 * in one vector, 4-7 and 12-15 in the other. */
static void te_turned_sixteen(const te_dsp_turned *t, int32_t c)
{
    __m256i sums[4][2] = {{_mm256_setzero_si256(), _mm256_setzero_si256()},
                          {_mm256_setzero_si256(), _mm256_setzero_si256()},
                          {_mm256_setzero_si256(), _mm256_setzero_si256()},
                          {_mm256_setzero_si256(), _mm256_setzero_si256()}};
    const int8_t *w = t->w + c;
    for (const uint32_t *x = t->x; x != t->x_end; x += 8, w += 4 * t->stride) {
        if ((x[0] | x[1] | x[2] | x[3] | x[4] | x[5] | x[6] | x[7]) == 0) {
            continue;
        }
        const __m256i a = te_turned_codes(w), b = te_turned_codes(w + t->stride),
                      d = te_turned_codes(w + 2 * t->stride), e = te_turned_codes(w + 3 * t->stride);
        const __m256i even[2] = {_mm256_unpacklo_epi16(a, d), _mm256_unpackhi_epi16(a, d)},
                      odd[2] = {_mm256_unpacklo_epi16(b, e), _mm256_unpackhi_epi16(b, e)};
#pragma GCC unroll 4
        for (int32_t p = 0; p < 4; p++) {
            const __m256i of_even = _mm256_set1_epi32((int32_t)x[p]), of_odd = _mm256_set1_epi32((int32_t)x[4 + p]);
#pragma GCC unroll 2
            for (int32_t i = 0; i < 2; i++) {
                sums[p][i] = _mm256_add_epi32(sums[p][i], _mm256_add_epi32(_mm256_madd_epi16(even[i], of_even),
                                                                           _mm256_madd_epi16(odd[i], of_odd)));
            }
        }
    }
#pragma GCC unroll 4
    for (int32_t p = 0; p < 4; p++) {
        const __m128i lift = _mm_cvtsi32_si128(t->lift[p]); /* a shift by 32 gives 0 */
        __m256i *const to = (__m256i *)(void *)(t->sums + p * (t->pixel / 4) + c);
        _mm256_storeu_si256(to, _mm256_sll_epi32(_mm256_permute2x128_si256(sums[p][0], sums[p][1], 0x20), lift));
        _mm256_storeu_si256(to + 1, _mm256_sll_epi32(_mm256_permute2x128_si256(sums[p][0], sums[p][1], 0x31), lift));
    }
}

#endif

void te_dsp_turned_sums(const te_dsp_turned *t)
{
    const int32_t pixel = t->pixel / 4, channels = (int32_t)(t->sums_end - t->sums);
    int32_t done = 0;
#ifdef __AVX2__
    for (; done + 16 <= channels; done += 16) {
        te_turned_sixteen(t, done);
    }
#endif
    for (int32_t p = 0; p < 4 && done < channels; p++) {
        int32_t *const sums = t->sums + p * pixel;
        memset(sums + done, 0, (size_t)(channels - done) * sizeof sums[0]);
        const int8_t *w = t->w;
        for (const uint32_t *x = t->x; x != t->x_end; x += 8, w += 4 * t->stride) {
            const int32_t a = (int16_t)x[p], b = (int16_t)x[4 + p], c = (int16_t)(x[p] >> 16),
                          d = (int16_t)(x[4 + p] >> 16);
            if ((a | b | c | d) != 0) {
                for (int32_t i = done; i < channels; i++) {
                    sums[i] += a * w[i] + b * w[t->stride + i] + c * w[2 * t->stride + i] + d * w[3 * t->stride + i];
                }
            }
        }
        for (int32_t i = done; i < channels; i++) {
            sums[i] = t->lift[p] >= TE_DSP_NOTHING ? 0 : (int32_t)((uint32_t)sums[i] << t->lift[p]);
        }
    }
}

#endif
