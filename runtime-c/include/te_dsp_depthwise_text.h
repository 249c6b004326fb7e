/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The text of the functions of te_dsp_depthwise_run.h, which includes this. */
#ifndef TE_DSP_DEPTHWISE_TEXT_H
#define TE_DSP_DEPTHWISE_TEXT_H

/* The definition in fp32, of sums in s10-s13; saturation is to follow for each register \\r. */
#define TE_DW_REAL                                                                                                     \
    ".irp n, 10, 11, 12, 13\n"                                                                                         \
    "vcvt.f32.s32 s\\n, s\\n\n"                                                                                        \
    ".endr\n"                                                                                                          \
    ".irp n, 10, 11, 12, 13\n"                                                                                         \
    "vmul.f32 s\\n, s\\n, s1\n"                                                                                        \
    ".endr\n"                                                                                                          \
    ".irp n, 10, 11, 12, 13\n"                                                                                         \
    "vcvtr.s32.f32 s\\n, s\\n\n"                                                                                       \
    ".endr\n"                                                                                                          \
    "vmov lr, r11, s10, s11\n"                                                                                         \
    "vmov r12, r10, s12, s13\n"                                                                                        \
    "vmov r1, s3\n"                                                                                                    \
    ".irp r, lr, r11, r12, r10\n"                                                                                      \
    "qadd \\r, \\r, r1\n"

/* Results in lr, r11, r12, r10; r1-r3 are free. s14: end of the row's blocks. */
#define TE_DW_CODES(bytes)                                                                                             \
    "vmov r1, r2, s0, s1\n"                                                                                            \
    "cbz r1, 7f\n"                                                                                                     \
    "smmla lr, lr, r2, r1\n"                                                                                           \
    "smmla r11, r11, r2, r1\n"                                                                                         \
    "smmla r12, r12, r2, r1\n"                                                                                         \
    "smmla r10, r10, r2, r1\n"                                                                                         \
    "ssat lr, #8, lr, asr #9\n"                                                                                        \
    "ssat r11, #8, r11, asr #9\n"                                                                                      \
    "ssat r12, #8, r12, asr #9\n"                                                                                      \
    "ssat r10, #8, r10, asr #9\n"                                                                                      \
    "8: vmov r2, r3, s4, s5\n"                                                                                         \
    "vmov r1, s14\n"                                                                                                   \
    "adds r0, #" bytes "\n"                                                                                            \
    "cmp r0, r1\n"                                                                                                     \
    "add.w r1, r2, r3\n"                                                                                               \
    "strb lr, [r2]\n"                                                                                                  \
    "strb r11, [r2, r3]\n"                                                                                             \
    "strb r12, [r2, r3, lsl #1]\n"                                                                                     \
    "strb r10, [r1, r3, lsl #1]\n"                                                                                     \
    "add.w r2, r2, r3, lsl #2\n"                                                                                       \
    "vmov s4, r2\n"                                                                                                    \
    "bne.w 1b\n"                                                                                                       \
    "vmov r1, r3, s6, s7\n"                                                                                            \
    "add r0, r0, r3\n"                                                                                                 \
    "add r1, r1, r0\n"                                                                                                 \
    "vmov s14, r1\n"                                                                                                   \
    "vmov r1, r3, s8, s9\n"                                                                                            \
    "add r2, r2, r1\n"                                                                                                 \
    "vmov s4, r2\n"                                                                                                    \
    "cmp r0, r3\n"                                                                                                     \
    "bne.w 1b\n"                                                                                                       \
    "pop {r4-r11, pc}\n"                                                                                               \
    "7: vmov s10, s11, lr, r11\n"                                                                                      \
    "vmov s12, s13, r12, r10\n" TE_DW_REAL "ssat \\r, #8, \\r\n"                                                       \
    ".endr\n"                                                                                                          \
    "b 8b\n"

/* Codes as int16, not clamped, over the pairs where the block began: no later block and no later row reads them. */
#define TE_DW_WIDE(bytes)                                                                                              \
    "vmov r1, r2, s0, s1\n"                                                                                            \
    "cbz r1, 7f\n"                                                                                                     \
    "smmla lr, lr, r2, r1\n"                                                                                           \
    "smmla r11, r11, r2, r1\n"                                                                                         \
    "smmla r12, r12, r2, r1\n"                                                                                         \
    "smmla r10, r10, r2, r1\n"                                                                                         \
    "ssat lr, #16, lr, asr #9\n"                                                                                       \
    "ssat r11, #16, r11, asr #9\n"                                                                                     \
    "ssat r12, #16, r12, asr #9\n"                                                                                     \
    "ssat r10, #16, r10, asr #9\n"                                                                                     \
    "8: pkhbt lr, lr, r11, lsl #16\n"                                                                                  \
    "pkhbt r12, r12, r10, lsl #16\n"                                                                                   \
    "strd lr, r12, [r0]\n"                                                                                             \
    "vmov r1, s14\n"                                                                                                   \
    "adds r0, #" bytes "\n"                                                                                            \
    "cmp r0, r1\n"                                                                                                     \
    "bne.w 1b\n"                                                                                                       \
    "vmov r1, r3, s6, s7\n"                                                                                            \
    "add r0, r0, r3\n"                                                                                                 \
    "add r1, r1, r0\n"                                                                                                 \
    "vmov s14, r1\n"                                                                                                   \
    "vmov r3, s9\n"                                                                                                    \
    "cmp r0, r3\n"                                                                                                     \
    "bne.w 1b\n"                                                                                                       \
    "pop {r4-r11, pc}\n"                                                                                               \
    "7: vmov s10, s11, lr, r11\n"                                                                                      \
    "vmov s12, s13, r12, r10\n" TE_DW_REAL "ssat \\r, #16, \\r\n"                                                      \
    ".endr\n"                                                                                                          \
    "b 8b\n"

/* s0-s2: the channel's constant, multiplier and first sum; r1 becomes the address of the taps, r2 the scale. */
#define TE_DW_BEGIN                                                                                                    \
    "push {r4-r11, lr}\n"                                                                                              \
    "ldr r2, [r0, #36]\n"                                                                                              \
    "vldmia r0, {s3-s11}\n"                                                                                            \
    "vldmia r2, {s0-s2}\n"                                                                                             \
    "ldr r2, [r2, #12]\n"                                                                                              \
    "vmov r0, r1, s10, s11\n"                                                                                          \
    "vmov r3, s6\n"                                                                                                    \
    "add r3, r3, r0\n"                                                                                                 \
    "vmov s14, r3\n"

/* Kernel 3: taps of a row in two registers for the whole call. */
#define TE_DW3_TAPS(at, a, b)                                                                                          \
    "ldrsb " a ", [r1, #" at "]\n"                                                                                     \
    "ldrsb " b ", [r1, #" at "+1]\n"                                                                                   \
    "ldrsb r3, [r1, #" at "+2]\n"                                                                                      \
    "lsl " a ", " a ", r2\n"                                                                                           \
    "lsl " b ", " b ", r2\n"                                                                                           \
    "lsl r3, r3, r2\n"                                                                                                 \
    "pkhbt " a ", " a ", " b ", lsl #16\n"                                                                             \
    "pkhbt " b ", " b ", r3, lsl #16\n"

/* a0 .. a2: what the sums of this row are added to. */
#define TE_DW3_S1(pitch, row, w01, w12, a0, a1, a2)                                                                    \
    "ldrd r1, r2, [r0, #" pitch "*" row "]\n"                                                                          \
    "smlatb lr, r1, " w01 ", " a0 "\n"                                                                                 \
    "smlad lr, r2, " w12 ", lr\n"                                                                                      \
    "ldrd r1, r3, [r0, #" pitch "*" row "+8]\n"                                                                        \
    "smlad r11, r2, " w01 ", " a1 "\n"                                                                                 \
    "smlatb r12, r2, " w01 ", " a2 "\n"                                                                                \
    "smlabt r11, r1, " w12 ", r11\n"                                                                                   \
    "smlad r12, r1, " w12 ", r12\n"                                                                                    \
    "smlad r10, r1, " w01 ", r10\n"                                                                                    \
    "smlabt r10, r3, " w12 ", r10\n"

#define TE_DW3_S2(pitch, row, w01, w12, a0, a1, a2)                                                                    \
    "ldrd r1, r2, [r0, #" pitch "*" row "]\n"                                                                          \
    "smlatb lr, r1, " w01 ", " a0 "\n"                                                                                 \
    "smlad lr, r2, " w12 ", lr\n"                                                                                      \
    "ldrd r1, r3, [r0, #" pitch "*" row "+8]\n"                                                                        \
    "smlatb r11, r2, " w01 ", " a1 "\n"                                                                                \
    "smlad r11, r1, " w12 ", r11\n"                                                                                    \
    "ldr r2, [r0, #" pitch "*" row "+16]\n"                                                                            \
    "smlatb r12, r1, " w01 ", " a2 "\n"                                                                                \
    "smlad r12, r3, " w12 ", r12\n"                                                                                    \
    "smlatb r10, r3, " w01 ", r10\n"                                                                                   \
    "smlad r10, r2, " w12 ", r10\n"

#define TE_DW3(row, pitch, bytes, tail)                                                                                \
    TE_DW_BEGIN                                                                                                        \
    TE_DW3_TAPS("0", "r4", "r5")                                                                                       \
    TE_DW3_TAPS("3", "r6", "r7")                                                                                       \
    TE_DW3_TAPS("6", "r8", "r9")                                                                                       \
    "1: vmov r10, s2\n" row(pitch, "0", "r4", "r5", "r10", "r10", "r10")                                               \
        row(pitch, "1", "r6", "r7", "lr", "r11", "r12") row(pitch, "2", "r8", "r9", "lr", "r11", "r12") tail(bytes)

/* Kernel 3, stride 1: four results of a column, one below the other, for columns that no block of a row holds. Their first tap lies in the
 * high half of the first word, or in the low half. */
#define TE_DW3_HIGH(sum, to, w01, w12)                                                                                 \
    "smlatb " sum ", r1, " w01 ", " to "\n"                                                                            \
    "smlad " sum ", r2, " w12 ", " sum "\n"
#define TE_DW3_LOW(sum, to, w01, w12)                                                                                  \
    "smlad " sum ", r1, " w01 ", " to "\n"                                                                             \
    "smlabt " sum ", r2, " w12 ", " sum "\n"
#define TE_DW3_COLUMN(taps, pitch, tail)                                                                               \
    TE_DW_BEGIN TE_DW3_TAPS("0", "r4", "r5") TE_DW3_TAPS("3", "r6", "r7") TE_DW3_TAPS(                                 \
        "6", "r8",                                                                                                     \
        "r9") "1: vmov r10, s2\n"                                                                                      \
              "ldrd r1, r2, [r0]\n" taps("lr", "r10", "r4", "r5") "ldrd r1, r2, [r0, #" pitch "]\n" taps("lr", "lr",   \
                                                                                                         "r6", "r7")   \
                  taps("r11", "r10", "r4", "r5") "ldrd r1, r2, [r0, #" pitch "*2]\n" taps("lr", "lr", "r8", "r9")      \
                      taps("r11", "r11", "r6", "r7") taps(                                                             \
                          "r12", "r10", "r4", "r5") "ldrd r1, r2, [r0, #" pitch "*3]\n" taps("r11", "r11", "r8", "r9") \
                          taps("r12", "r12", "r6", "r7")                                                               \
                              taps("r10", "r10", "r4", "r5") "ldrd r1, r2, [r0, #" pitch "*4]\n" taps("r12", "r12",    \
                                                                                                      "r8", "r9")      \
                                  taps("r10", "r10", "r6", "r7") "ldrd r1, r2, [r0, #" pitch                           \
                                                                 "*5]\n" taps("r10", "r10", "r8", "r9")                \
                                                                     tail(pitch "*4")

/* Kernel 5: r6-r9 are (w0, w1), (w1, w2), (w2, w3), (w3, w4) of a row, at r1. */
#define TE_DW5_S1(pitch, row, a0, a1, a2)                                                                              \
    "ldrd r2, r3, [r0, #" pitch "*" row "]\n"                                                                          \
    "ldmia r1!, {r6-r9}\n"                                                                                             \
    "ldrd r4, r5, [r0, #" pitch "*" row "+8]\n"                                                                        \
    "smlad lr, r2, r6, " a0 "\n"                                                                                       \
    "smlatb r11, r2, r6, " a1 "\n"                                                                                     \
    "smlad r12, r3, r6, " a2 "\n"                                                                                      \
    "smlatb r10, r3, r6, r10\n"                                                                                        \
    "smlad lr, r3, r8, lr\n"                                                                                           \
    "smlad r11, r3, r7, r11\n"                                                                                         \
    "smlad r12, r4, r8, r12\n"                                                                                         \
    "smlad r10, r4, r7, r10\n"                                                                                         \
    "smlabt lr, r4, r9, lr\n"                                                                                          \
    "smlad r11, r4, r9, r11\n"                                                                                         \
    "smlabt r12, r5, r9, r12\n"                                                                                        \
    "smlad r10, r5, r9, r10\n"

#define TE_DW5_S2(pitch, row, a0, a1, a2)                                                                              \
    "ldrd r2, r3, [r0, #" pitch "*" row "]\n"                                                                          \
    "ldmia r1!, {r6-r9}\n"                                                                                             \
    "ldrd r4, r5, [r0, #" pitch "*" row "+8]\n"                                                                        \
    "smlad lr, r2, r6, " a0 "\n"                                                                                       \
    "smlad r11, r3, r6, " a1 "\n"                                                                                      \
    "smlad lr, r3, r8, lr\n"                                                                                           \
    "ldrd r2, r3, [r0, #" pitch "*" row "+16]\n"                                                                       \
    "smlad r12, r4, r6, " a2 "\n"                                                                                      \
    "smlad r10, r5, r6, r10\n"                                                                                         \
    "smlad r11, r4, r8, r11\n"                                                                                         \
    "smlad r12, r5, r8, r12\n"                                                                                         \
    "smlad r10, r2, r8, r10\n"                                                                                         \
    "smlabt lr, r4, r9, lr\n"                                                                                          \
    "smlabt r11, r5, r9, r11\n"                                                                                        \
    "smlabt r12, r2, r9, r12\n"                                                                                        \
    "smlabt r10, r3, r9, r10\n"

/* Kernel 7: r4-r9 are (w0, w1), (w1, w2), .. (w5, w6) of a row, at r1. */
#define TE_DW7_S1(pitch, row, a0, a1, a2)                                                                              \
    "ldrd r2, r3, [r0, #" pitch "*" row "]\n"                                                                          \
    "ldmia r1!, {r4-r9}\n"                                                                                             \
    "smlatb lr, r2, r4, " a0 "\n"                                                                                      \
    "smlad r11, r3, r4, " a1 "\n"                                                                                      \
    "smlatb r12, r3, r4, " a2 "\n"                                                                                     \
    "smlad lr, r3, r5, lr\n"                                                                                           \
    "ldrd r2, r3, [r0, #" pitch "*" row "+8]\n"                                                                        \
    "smlad r10, r2, r4, r10\n"                                                                                         \
    "smlad lr, r2, r7, lr\n"                                                                                           \
    "smlad r11, r2, r6, r11\n"                                                                                         \
    "smlad r12, r2, r5, r12\n"                                                                                         \
    "smlad r10, r3, r6, r10\n"                                                                                         \
    "smlad lr, r3, r9, lr\n"                                                                                           \
    "smlad r11, r3, r8, r11\n"                                                                                         \
    "smlad r12, r3, r7, r12\n"                                                                                         \
    "ldrd r2, r3, [r0, #" pitch "*" row "+16]\n"                                                                       \
    "smlabt r11, r2, r9, r11\n"                                                                                        \
    "smlad r12, r2, r9, r12\n"                                                                                         \
    "smlad r10, r2, r8, r10\n"                                                                                         \
    "smlabt r10, r3, r9, r10\n"

#define TE_DW7_S2(pitch, row, a0, a1, a2)                                                                              \
    "ldrd r2, r3, [r0, #" pitch "*" row "]\n"                                                                          \
    "ldmia r1!, {r4-r9}\n"                                                                                             \
    "smlatb lr, r2, r4, " a0 "\n"                                                                                      \
    "smlatb r11, r3, r4, " a1 "\n"                                                                                     \
    "smlad lr, r3, r5, lr\n"                                                                                           \
    "ldrd r2, r3, [r0, #" pitch "*" row "+8]\n"                                                                        \
    "smlatb r12, r2, r4, " a2 "\n"                                                                                     \
    "smlatb r10, r3, r4, r10\n"                                                                                        \
    "smlad lr, r2, r7, lr\n"                                                                                           \
    "smlad r11, r2, r5, r11\n"                                                                                         \
    "smlad r12, r3, r5, r12\n"                                                                                         \
    "smlad lr, r3, r9, lr\n"                                                                                           \
    "smlad r11, r3, r7, r11\n"                                                                                         \
    "ldrd r2, r3, [r0, #" pitch "*" row "+16]\n"                                                                       \
    "smlad r10, r2, r5, r10\n"                                                                                         \
    "smlad r11, r2, r9, r11\n"                                                                                         \
    "smlad r12, r2, r7, r12\n"                                                                                         \
    "ldr r2, [r0, #" pitch "*" row "+24]\n"                                                                            \
    "smlad r12, r3, r9, r12\n"                                                                                         \
    "smlad r10, r3, r7, r10\n"                                                                                         \
    "smlad r10, r2, r9, r10\n"

/* s15 holds the address of the taps. */
#define TE_DW_LOOP                                                                                                     \
    TE_DW_BEGIN                                                                                                        \
    "vmov s15, r1\n"                                                                                                   \
    "1: vmov r1, s15\n"                                                                                                \
    "vmov r10, s2\n"
#define TE_DW_ROWS5(row, pitch)                                                                                        \
    row(pitch, "0", "r10", "r10", "r10") row(pitch, "1", "lr", "r11", "r12") row(pitch, "2", "lr", "r11", "r12")       \
        row(pitch, "3", "lr", "r11", "r12") row(pitch, "4", "lr", "r11", "r12")
#define TE_DW5(row, pitch, bytes, tail) TE_DW_LOOP TE_DW_ROWS5(row, pitch) tail(bytes)
#define TE_DW7(row, pitch, bytes, tail)                                                                                \
    TE_DW_LOOP TE_DW_ROWS5(row, pitch) row(pitch, "5", "lr", "r11", "r12") row(pitch, "6", "lr", "r11", "r12")         \
        tail(bytes)

#define TE_DW_STEP_1 "8"
#define TE_DW_STEP_2 "16"

/* Functions for rows and for columns; tail: CODES or WIDE; first: HIGH or LOW, where the first tap lies. */
#define TE_DSP_DW_ROWS(name, kernel, stride, pitch, tail)                                                              \
    TE_DSP_ASM static void name(__attribute__((unused)) const te_dsp_dw_run *run)                                      \
    {                                                                                                                  \
        __asm__ volatile(TE_DW##kernel(TE_DW##kernel##_S##stride, #pitch, TE_DW_STEP_##stride, TE_DW_##tail)::         \
                             : "memory");                                                                              \
    }
#define TE_DSP_DW_COLUMN(name, pitch, first)                                                                           \
    TE_DSP_ASM static void name(__attribute__((unused)) const te_dsp_dw_run *run)                                      \
    {                                                                                                                  \
        __asm__ volatile(TE_DW3_COLUMN(TE_DW3_##first, #pitch, TE_DW_CODES)::: "memory");                              \
    }

#endif
