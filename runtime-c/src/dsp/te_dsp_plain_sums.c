/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums of four pixels by two channels p and q at a time, of weights that no compiler packed: 33 instructions for 32 products.
 *
 * Registers: r0 pixels, r1 weights, r2 and r3 pairs of p and q, r4 and r5 pixels, r6-r9 sums of p, r10-r12 and lr of q. */
#include "te_dsp_plain.h"

#if TE_DSP_CORE

#define TE_PLAIN_PRODUCTS                                                                                              \
    "ldrd r4, r5, [r0], #8\n"                                                                                          \
    "smlad r6, r2, r4, r6\n"                                                                                           \
    "smlad r10, r3, r4, r10\n"                                                                                         \
    "smlad r7, r2, r5, r7\n"                                                                                           \
    "smlad r11, r3, r5, r11\n"                                                                                         \
    "ldrd r4, r5, [r0], #8\n"                                                                                          \
    "smlad r8, r2, r4, r8\n"                                                                                           \
    "smlad r12, r3, r4, r12\n"                                                                                         \
    "smlad r9, r2, r5, r9\n"                                                                                           \
    "smlad lr, r3, r5, lr\n"

/* The inputs of an array, by the registers of the FPU that have its weights, step and end. */
#define TE_PLAIN_PART(w, step, end)                                                                                    \
    "vmov r1, " w "\n"                                                                                                 \
    "vmov r4, r5, " step ", " end "\n"                                                                                 \
    "cmp r0, r5\n"                                                                                                     \
    "beq 3f\n"                                                                                                         \
    "2: ldr r2, [r1]\n"                                                                                                \
    "ldr r3, [r1, r4]\n"                                                                                               \
    "sxtb16 r2, r2\n"                                                                                                  \
    "sxtb16 r3, r3\n" TE_PLAIN_PRODUCTS "vmov r4, " step "\n"                                                          \
    "ldr r3, [r1, r4]\n"                                                                                               \
    "ldr r2, [r1], #4\n"                                                                                               \
    "sxtb16 r2, r2, ror #8\n"                                                                                          \
    "sxtb16 r3, r3, ror #8\n" TE_PLAIN_PRODUCTS "vmov r4, r5, " step ", " end "\n"                                     \
    "cmp r0, r5\n"                                                                                                     \
    "bne 2b\n"                                                                                                         \
    "3:\n"

TE_DSP_ASM void te_dsp_plain_sums(__attribute__((unused)) const te_dsp_plain *t)
{
    __asm__ volatile("push {r4-r11, lr}\n"
                     "vldmia r0, {s0-s8}\n"
                     "1: vmov r0, s6\n"
                     "mov r6, #0\n"
                     "mov r7, #0\n"
                     "mov r8, #0\n"
                     "mov r9, #0\n"
                     "mov r10, #0\n"
                     "mov r11, #0\n"
                     "mov r12, #0\n"
                     "mov lr, #0\n" TE_PLAIN_PART("s0", "s1", "s2")
                         TE_PLAIN_PART("s3", "s4", "s5") "add r10, r6, r10, lsl #8\n"
                                                         "add r11, r7, r11, lsl #8\n"
                                                         "add r12, r8, r12, lsl #8\n"
                                                         "add lr, r9, lr, lsl #8\n"
                                                         "vmov r0, s7\n"
                                                         "stmia r0!, {r6-r12, lr}\n"
                                                         "vmov s7, r0\n"
                                                         "vmov r1, r2, s0, s1\n"
                                                         "add r1, r1, r2, lsl #1\n"
                                                         "vmov s0, r1\n"
                                                         "vmov r1, r2, s3, s4\n"
                                                         "add r1, r1, r2, lsl #1\n"
                                                         "vmov s3, r1\n"
                                                         "vmov r1, s8\n"
                                                         "cmp r0, r1\n"
                                                         "bne 1b\n"
                                                         "pop {r4-r11, pc}\n" ::
                                                             : "memory");
}

#else

void te_dsp_plain_sums(const te_dsp_plain *t)
{
    te_dsp_plain_part part[2] = {t->part[0], t->part[1]};
    for (uint32_t *sums = t->sums; sums != t->sums_end; sums += 8) {
        te_four p = te_four_all(0), q = te_four_all(0);
        const uint32_t *x = t->x;
        for (int32_t i = 0; i < 2; i++) {
            for (const int8_t *w = part[i].w; x != part[i].x_end; x += 8, w += 4) {
                const int8_t *const v = w + part[i].step;
                const te_four even = te_four_load(x), odd = te_four_load(x + 4);
                p = te_four_add(p, te_four_products(even, te_four_all((uint32_t)(w[2] * 65536 + (w[0] & 0xffff)))));
                p = te_four_add(p, te_four_products(odd, te_four_all((uint32_t)(w[3] * 65536 + (w[1] & 0xffff)))));
                q = te_four_add(q, te_four_products(even, te_four_all((uint32_t)(v[2] * 65536 + (v[0] & 0xffff)))));
                q = te_four_add(q, te_four_products(odd, te_four_all((uint32_t)(v[3] * 65536 + (v[1] & 0xffff)))));
            }
            part[i].w += 2 * part[i].step;
        }
        te_four_store(sums, p);
        for (int32_t i = 0; i < 8; i++) {
            q = i == 0 ? q : te_four_add(q, q);
        }
        te_four_store(sums + 4, te_four_add(p, te_four_add(q, q)));
    }
}

#endif
