/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Codes of sums in memory: clamped between any ends, with bits that say where a code lies between the ends. Codes of two pixels share a
 * word as int16, which saturates far outside of any clamp.
 *
 * Registers: r6-r9 sums of p, r10-r12 and lr of q, then words of two pixels in every other one of them and their clamped codes in the
 * others; at last p and q of two pixels in r7 and of two in r9. A bit of a mask enters at the top of its pixel's byte of s24 and moves
 * down; a marker in front of them falls out behind eight channels. */
#include "te_dsp_wide.h"

#include "te_dsp_block.h"

#if TE_DSP_CORE

TE_DSP_ASM void te_dsp_wide(__attribute__((unused)) const te_dsp_codes *codes)
{
#define TE_CLAMP(word, clamped)                                                                                        \
    "ssub16 r3, " word ", r1\n"                                                                                        \
    "sel " clamped ", r1, " word "\n"                                                                                  \
    "ssub16 r3, " clamped ", r2\n"                                                                                     \
    "sel " clamped ", " clamped ", r2\n"
    __asm__ volatile("push {r4-r11, lr}\n"
                     "vpush {s16-s31}\n"
                     "vldmia r0, {s16-s30}\n"
                     "1: vmov r1, r2, s16, s17\n"
                     "ldmia r1!, {r6-r12, lr}\n"
                     "vldmia r2!, {s1-s5}\n"
                     "vmov s16, s17, r1, r2\n"
                     "sub r10, r10, r6\n"
                     "sub r11, r11, r7\n"
                     "sub r12, r12, r8\n"
                     "sub lr, lr, r9\n"
                     "mov r1, #0\n"
                     "mov r2, #0\n"
                     "vmov r0, s19\n"
                     "cbz r0, 2f\n"
                     "ldrd r1, r2, [r0], #8\n"
                     "vmov s19, r0\n"
                     "2: add r6, r6, r1\n"
                     "add r7, r7, r1\n"
                     "add r8, r8, r1\n"
                     "add r9, r9, r1\n"
                     "add r10, r2, r10, asr #8\n"
                     "add r11, r2, r11, asr #8\n"
                     "add r12, r2, r12, asr #8\n"
                     "add lr, r2, lr, asr #8\n"
                     "vmov r1, s26\n"
                     "vmov r2, s1\n"
                     "lsls r1, r1, r2\n"
                     "beq.w 6f\n"
                     "add r2, r2, #1\n"
                     "vmov r3, r4, s4, s5\n"
                     ".irp r, r6, r7, r8, r9\n"
                     "smmla \\r, \\r, r3, r1\n"
                     "asr \\r, \\r, r2\n"
                     ".endr\n"
                     ".irp r, r10, r11, r12, lr\n"
                     "smmla \\r, \\r, r4, r1\n"
                     "asr \\r, \\r, r2\n"
                     ".endr\n"
                     "3:\n"
                     ".irp r, r6, r7, r8, r9, r10, r11, r12, lr\n"
                     "ssat \\r, #16, \\r\n"
                     ".endr\n"
                     "pkhbt r6, r6, r7, lsl #16\n"
                     "pkhbt r8, r8, r9, lsl #16\n"
                     "pkhbt r10, r10, r11, lsl #16\n"
                     "pkhbt r12, r12, lr, lsl #16\n"
                     "vmov r1, r2, s27, s28\n" TE_CLAMP("r6", "r7") TE_CLAMP("r8", "r9") TE_CLAMP("r10", "r11")
                         TE_CLAMP("r12", "lr") "uxtb16 r7, r7\n"
                                               "uxtb16 r9, r9\n"
                                               "uxtb16 r11, r11\n"
                                               "uxtb16 lr, lr\n"
                                               "orr r7, r7, r11, lsl #8\n"
                                               "orr r9, r9, lr, lsl #8\n"
                                               "vmov r0, s22\n"
                                               "cbz r0, 5f\n"
                                               "vmov r1, r2, s29, s30\n"
                                               "mov r3, #0\n"
                                               "movw r4, #0x8040\n"
                                               "movt r4, #0x8040\n"
                                               "usub8 r6, r7, r1\n"
                                               "usub8 r6, r6, r2\n"
                                               "sel r6, r3, r4\n"
                                               "usub8 r8, r9, r1\n"
                                               "usub8 r8, r8, r2\n"
                                               "sel r8, r3, r4\n"
                                               "orr r6, r6, r6, lsr #8\n"
                                               "orr r8, r8, r8, lsr #8\n"
                                               "uxtb16 r6, r6\n"
                                               "uxtb16 r8, r8\n"
                                               "vmov r5, s24\n"
                                               "lsrs r5, r5, #2\n"
                                               "orr r5, r5, r6\n"
                                               "orr r5, r5, r8, lsl #8\n" /* pixels 0, 2, 1, 3 */
                                               "bcc 4f\n"
                                               "vmov r3, s23\n"
                                               "strb r5, [r0]\n"
                                               "lsr r5, r5, #8\n"
                                               "strb r5, [r0, r3, lsl #1]\n"
                                               "lsr r5, r5, #8\n"
                                               "strb r5, [r0, r3]\n"
                                               "lsr r5, r5, #8\n"
                                               "add r4, r0, r3\n"
                                               "strb r5, [r4, r3, lsl #1]\n"
                                               "add r0, r0, #1\n"
                                               "vmov s22, r0\n"
                                               "mov r5, #0x80\n"
                                               "4: vmov s24, r5\n"
                                               "5: vmov r1, r2, s20, s21\n"
                                               "add r3, r1, r2\n"
                                               "strh r7, [r1]\n"
                                               "lsr r7, r7, #16\n"
                                               "strh r7, [r1, r2]\n"
                                               "strh r9, [r1, r2, lsl #1]\n"
                                               "lsr r9, r9, #16\n"
                                               "strh r9, [r3, r2, lsl #1]\n"
                                               "add r1, r1, #2\n"
                                               "vmov s20, r1\n"
                                               "vmov r1, r2, s17, s18\n"
                                               "cmp r1, r2\n"
                                               "bne.w 1b\n"
                                               "vpop {s16-s31}\n"
                                               "pop {r4-r11, pc}\n"
                                               /* the definition in fp32 */
                                               "6: vmov s6, s7, r6, r7\n"
                                               "vmov s8, s9, r8, r9\n"
                                               "vmov s10, s11, r10, r11\n"
                                               "vmov s12, s13, r12, lr\n"
                                               "vmov r3, s25\n"
                                               ".irp n, 6, 7, 8, 9, 10, 11, 12, 13\n"
                                               "vcvt.f32.s32 s\\n, s\\n\n"
                                               ".endr\n"
                                               ".irp n, 6, 7, 8, 9\n"
                                               "vmul.f32 s\\n, s\\n, s4\n"
                                               ".endr\n"
                                               ".irp n, 10, 11, 12, 13\n"
                                               "vmul.f32 s\\n, s\\n, s5\n"
                                               ".endr\n"
                                               ".irp n, 6, 7, 8, 9, 10, 11, 12, 13\n"
                                               "vcvtr.s32.f32 s\\n, s\\n\n"
                                               ".endr\n"
                                               "vmov r6, r7, s6, s7\n"
                                               "vmov r8, r9, s8, s9\n"
                                               "vmov r10, r11, s10, s11\n"
                                               "vmov r12, lr, s12, s13\n"
                                               ".irp r, r6, r7, r8, r9, r10, r11, r12, lr\n"
                                               "qadd \\r, \\r, r3\n"
                                               ".endr\n"
                                               "b 3b\n" ::
                                                   : "memory");
#undef TE_CLAMP
}

#else

void te_dsp_wide(const te_dsp_codes *codes)
{
    const int32_t low = (int16_t)codes->y_min, high = (int16_t)codes->y_max, mask_step = codes->mask_step;
    const int32_t *bias = codes->bias;
    int8_t *y = codes->y;
    uint8_t *mask = codes->mask;
    uint32_t bits[4] = {0, 0, 0, 0};
    int32_t channel = 0;
    const uint32_t *sums = codes->sums;
    for (const uint32_t *h = codes->headers; h != codes->headers_end; h += TE_DSP_HEADER, sums += 8, y += 2) {
        te_four p = te_four_load(sums), q = te_four_shift(te_four_sub(te_four_load(sums + 4), p), 8);
        if (bias != NULL) {
            p = te_four_add(p, te_four_all((uint32_t)bias[channel]));
            q = te_four_add(q, te_four_all((uint32_t)bias[channel + 1]));
        }
        const uint32_t constant = h[0] == TE_DSP_REAL ? 0 : (uint32_t)codes->rounding << h[0];
        const int32_t shift = (int32_t)h[0] + 1;
        const te_four v = te_halves_clamp(te_four_halves(te_four_scaled(p, constant, h[3], shift, codes->zero),
                                                         te_four_scaled(q, constant, h[4], shift, codes->zero)),
                                          low, high);
        const uint64_t bytes = te_halves_bytes(v);
        for (int32_t i = 0; i < 4; i++) {
            y[i * codes->step] = (int8_t)(bytes >> 8 * i);
            y[i * codes->step + 1] = (int8_t)(bytes >> (8 * i + 32));
        }
        if (mask != NULL) {
            const uint32_t inside = te_halves_between(v, low, high);
            for (int32_t i = 0; i < 4; i++) {
                bits[i] |= ((inside >> i & 1u) | (inside >> (i + 4) & 1u) << 1) << channel % 8;
            }
            if (channel % 8 == 6) {
                for (int32_t i = 0; i < 4; i++) {
                    mask[i * mask_step] = (uint8_t)bits[i];
                    bits[i] = 0;
                }
                mask++;
            }
        }
        channel += 2;
    }
}

#endif
