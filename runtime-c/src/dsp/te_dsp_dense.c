/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Inputs wait in the FPU, one VMOV a word, while four words of weights come by one LDM: 14 instructions for 16 products. A group of words
 * of inputs runs backwards, so that a short one enters late.
 *
 * Registers: r0-r3 weights, r4-r11 sums of p, q, p, q, .., r12 inputs, lr address of the weights. s0-s7 words of inputs. */
#include "te_dsp_dense.h"

#if TE_DSP_CORE

TE_DSP_ASM void te_dsp_dense(__attribute__((unused)) const te_dsp_dense_run *run)
{
    __asm__ volatile("push {r4-r11, lr}\n"
                     "vpush {s16-s23}\n"
                     "vldmia r0, {s16-s23}\n"
                     "adr.w r1, 4f\n"
                     "vmov r2, s21\n"
                     "sub r1, r1, r2\n"
                     "orr r1, r1, #1\n"
                     "vmov s21, r1\n"
                     "vmov lr, s18\n"
                     "1: vmov r0, s16\n"
                     "vldmia r0, {s0-s7}\n"
                     "vmov r1, r2, s21, s22\n"
                     "add r0, r0, r2\n"
                     "vmov s8, r0\n"
                     "ldmia lr!, {r4-r11}\n"
                     "bx r1\n"
                     "2: vldmia r0!, {s0-s7}\n"
                     "vmov s8, r0\n"
                     ".irp n, 7, 6, 5, 4, 3, 2, 1, 0\n"
                     "vmov r12, s\\n\n"
                     "ldmia lr!, {r0-r3}\n"
                     "smlad r5, r0, r12, r5\n"
                     "sxtb16 r0, r0\n"
                     "smlad r7, r1, r12, r7\n"
                     "sxtb16 r1, r1\n"
                     "smlad r9, r2, r12, r9\n"
                     "sxtb16 r2, r2\n"
                     "smlad r11, r3, r12, r11\n"
                     "sxtb16 r3, r3\n"
                     "smlad r4, r0, r12, r4\n"
                     "smlad r6, r1, r12, r6\n"
                     "smlad r8, r2, r12, r8\n"
                     "smlad r10, r3, r12, r10\n"
                     ".endr\n"
                     "4: vmov r0, s8\n"
                     "vmov r1, s17\n"
                     "cmp r0, r1\n"
                     "bne 2b\n"
                     "sub r5, r5, r4\n"
                     "sub r7, r7, r6\n"
                     "sub r9, r9, r8\n"
                     "sub r11, r11, r10\n"
                     /* (rounding * 2^e + hi32(sum * M)) >> (e + 1) */
                     "vmov r0, s23\n"
                     "ldr r12, [lr], #4\n"
                     "lsl r0, r0, #1\n"
                     "add r0, r0, #1\n"
                     "lsls r0, r0, r12\n"
                     "beq 6f\n"
                     "lsl r3, r0, #8\n"
                     "ldrd r1, r2, [lr], #8\n"
                     "smmla r4, r4, r1, r0\n"
                     "smmla r5, r5, r2, r3\n"
                     "ldrd r1, r2, [lr], #8\n"
                     "smmla r6, r6, r1, r0\n"
                     "smmla r7, r7, r2, r3\n"
                     "ldrd r1, r2, [lr], #8\n"
                     "smmla r8, r8, r1, r0\n"
                     "smmla r9, r9, r2, r3\n"
                     "ldrd r1, r2, [lr], #8\n"
                     "smmla r10, r10, r1, r0\n"
                     "smmla r11, r11, r2, r3\n"
                     "add r12, r12, #1\n"
                     "add r0, r12, #8\n"
                     ".irp r, r4, r6, r8, r10\n"
                     "asr \\r, \\r, r12\n"
                     ".endr\n"
                     ".irp r, r5, r7, r9, r11\n"
                     "asr \\r, \\r, r0\n"
                     ".endr\n"
                     "5:\n"
                     ".irp r, r4, r5, r6, r7, r8, r9, r10, r11\n"
                     "ssat \\r, #8, \\r\n"
                     ".endr\n"
                     "vmov r0, s20\n"
                     "bfi r4, r5, #8, #8\n"
                     "bfi r4, r6, #16, #8\n"
                     "bfi r4, r7, #24, #8\n"
                     "bfi r8, r9, #8, #8\n"
                     "bfi r8, r10, #16, #8\n"
                     "bfi r8, r11, #24, #8\n"
                     "str r4, [r0], #4\n"
                     "str r8, [r0], #4\n"
                     "vmov s20, r0\n"
                     "vmov r1, s19\n"
                     "cmp lr, r1\n"
                     "bne.w 1b\n"
                     "vpop {s16-s23}\n"
                     "pop {r4-r11, pc}\n"
                     /* the definition in fp32; 256 is in the multipliers of q */
                     "6: vldmia lr!, {s8-s15}\n"
                     "vmov s0, s1, r4, r5\n"
                     "vmov s2, s3, r6, r7\n"
                     "vmov s4, s5, r8, r9\n"
                     "vmov s6, s7, r10, r11\n"
                     ".irp n, 0, 1, 2, 3, 4, 5, 6, 7\n"
                     "vcvt.f32.s32 s\\n, s\\n\n"
                     ".endr\n"
                     "vmul.f32 s0, s0, s8\n"
                     "vmul.f32 s1, s1, s9\n"
                     "vmul.f32 s2, s2, s10\n"
                     "vmul.f32 s3, s3, s11\n"
                     "vmul.f32 s4, s4, s12\n"
                     "vmul.f32 s5, s5, s13\n"
                     "vmul.f32 s6, s6, s14\n"
                     "vmul.f32 s7, s7, s15\n"
                     ".irp n, 0, 1, 2, 3, 4, 5, 6, 7\n"
                     "vcvtr.s32.f32 s\\n, s\\n\n"
                     ".endr\n"
                     "vmov r4, r5, s0, s1\n"
                     "vmov r6, r7, s2, s3\n"
                     "vmov r8, r9, s4, s5\n"
                     "vmov r10, r11, s6, s7\n"
                     "vmov r0, s23\n"
                     ".irp r, r4, r5, r6, r7, r8, r9, r10, r11\n"
                     "qadd \\r, \\r, r0\n"
                     ".endr\n"
                     "b 5b\n" ::
                         : "memory");
}

#else

/* Words of inputs by four words of weights each, the last one first; both: 256*q + p of four pairs of outputs. */
static inline const uint32_t *te_dense_group(const uint32_t *x, int32_t words, const uint32_t *w, te_four *p,
                                             te_four *both)
{
    for (int32_t i = words - 1; i >= 0; i--, w += 4) {
        const te_four weights = te_four_load(w), inputs = te_four_all(x[i]);
        *both = te_four_add(*both, te_four_products(weights, inputs));
        *p = te_four_add(*p, te_four_products(te_four_even(weights), inputs));
    }
    return w;
}

/* The code of a sum. */
static int8_t te_dense_code(uint32_t sum, uint32_t constant, uint32_t factor, int32_t shift, int32_t zero)
{
    int32_t code;
    if (constant == 0) {
        code = te_round_clamped((float)(int32_t)sum * te_bits_float(factor), -1000.0f, 1000.0f) + zero;
    } else {
        code = (int32_t)(constant + (uint32_t)((int64_t)(int32_t)sum * (int32_t)factor >> 32)) >> shift;
    }
    return (int8_t)(code < -128 ? -128 : code > 127 ? 127 : code);
}

void te_dsp_dense(const te_dsp_dense_run *run)
{
    const int32_t words = (int32_t)(run->x_end - run->x), first = run->group / 4;
    int8_t *y = run->y;
    for (const uint32_t *w = run->w; w != run->w_end; y += 8) {
        te_four p, both;
        uint32_t sums[8];
        for (int32_t i = 0; i < 4; i++) {
            sums[i] = w[2 * i];
            sums[i + 4] = w[2 * i + 1];
        }
        p = te_four_load(sums);
        both = te_four_load(sums + 4);
        w = te_dense_group(run->x, first, w + 8, &p, &both);
        for (int32_t i = first; i < words; i += TE_DSP_DENSE_GROUP) {
            w = te_dense_group(run->x + i, TE_DSP_DENSE_GROUP, w, &p, &both);
        }
        te_four_store(sums, p);
        te_four_store(sums + 4, te_four_sub(both, p));
        const uint32_t constant = *w == TE_DSP_DENSE_REAL ? 0 : (uint32_t)(2 * run->zero + 1) << *w;
        const int32_t shift = (int32_t)*w++ + 1;
        for (int32_t i = 0; i < 4; i++, w += 2) {
            y[2 * i] = te_dense_code(sums[i], constant, w[0], shift, run->zero);
            y[2 * i + 1] = te_dense_code(sums[i + 4], constant << 8, w[1], shift + 8, run->zero);
        }
    }
}

#endif
