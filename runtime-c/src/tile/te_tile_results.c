/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Codes of the sums of a block: those of te_scale, by fewer instructions where the core has no FPU.
 *
 * Armv6-M has no long product, but 17 by 15 bits decide unless the product lies near a tie. A multiplier is short15 /
 * 2^(before + 22), and the product (sum >> before) * short15, in steps of 2^22. What >> cuts is less than 1, times
 * 2^15: +-2^14 once half of short15 is added. short15 is off by at most a half, times 2^16: +-2^15. Both together are
 * below 2^16. So 2^16 more are added to what rounds, and where the result is less than 2^17 above a step, one in 32,
 * the long way decides. A sum that does not fit 17 bits is beyond +-255, so its code is at an end. Of a multiplier of
 * 2^-8 and more before would be negative: nothing is cut, and short15 has as many bits more as the sum may have less,
 * up to seven.
 *
 * Others take the upper word of one long product of the sum and 31 bits of mantissa, which holds the result, `down`
 * bits, and one more to round with. */
#include "te_tile_results.h"
#include "te_math.h"

#if TE_REQUANTIZE_INTEGER && TE_TILE_ARMV6M

int32_t te_tile_exact(int32_t sum, uint32_t multiplier);

/* The long way. */
int32_t te_tile_exact(int32_t sum, uint32_t multiplier)
{
    return te_scale(sum, te_bits_float(multiplier));
}

/* r0 sums, r1 short15, r2 before, r3 result, r4 and r7 free, r5 places of results, r6 channel, r8 what rounds, r9 the
 * least sum, negative, r10 the same and the first sum that is too large, r11 zero point, r12 least code, lr largest. On
 * the stack: free, parameters, .., last channel. */
#define RESULT(p, at)                                                                                                  \
    "ldr r3, [r0, #4 * " #p "]\n"                                                                                      \
    "asrs r3, r2\n"                                                                                                    \
    "mov r4, r3\n"                                                                                                     \
    "add r4, r9\n"                                                                                                     \
    "cmp r4, r10\n"                                                                                                    \
    "bhs 4" #p #at "\n"                                                                                                \
    "muls r3, r1\n"                                                                                                    \
    "add r3, r8\n"                                                                                                     \
    "lsls r4, r3, #10\n"                                                                                               \
    "lsrs r4, r4, #27\n"                                                                                               \
    "beq 1" #p #at "\n"                                                                                                \
    "asrs r3, r3, #22\n"                                                                                               \
    "2" #p ": add r3, r11\n"                                                                                           \
    "cmp r3, r12\n"                                                                                                    \
    "bge 3f\n"                                                                                                         \
    "mov r3, r12\n"                                                                                                    \
    "3: cmp r3, lr\n"                                                                                                  \
    "ble 4f\n"                                                                                                         \
    "mov r3, lr\n"                                                                                                     \
    "4: ldr r4, [r5, #4 * " #p "]\n"                                                                                   \
    "strb r3, [r4, r6]\n"
/* Out of line, close enough for a branch: behind, or before. */
#define BEYOND(p, back)                                                                                                \
    "4" #p ": asrs r3, r3, #31\n"                                                                                      \
    "movs r4, #1\n"                                                                                                    \
    "orrs r3, r4\n"                                                                                                    \
    "lsls r3, r3, #9\n"                                                                                                \
    "b 2" #p #back "\n"                                                                                                \
    "1" #p ": ldr r3, [r0, #4 * " #p "]\n"                                                                             \
    "bl 6f\n"                                                                                                          \
    "b 2" #p #back "\n"

TE_TILE_ASM void te_tile_results(__attribute__((unused)) const te_tile_results_of *o,
                                 __attribute__((unused)) const int32_t *sums, __attribute__((unused)) int32_t first,
                                 __attribute__((unused)) int32_t channels, __attribute__((unused)) int8_t *const *y)
{
    __asm__ volatile(
        ".syntax unified\n"
        "push {r4-r7, lr}\n"
        "mov r4, r8\n"
        "mov r5, r9\n"
        "mov r6, r10\n"
        "mov r7, r11\n"
        "push {r4-r7}\n"
        "adds r3, r3, r2\n"
        "push {r0-r3}\n"
        "sub sp, #4\n"
        "ldr r5, [sp, #56]\n"
        "mov r6, r2\n"
        "ldr r4, [r0, #8]\n"
        "mov r11, r4\n"
        "ldr r4, [r0, #12]\n"
        "mov r12, r4\n"
        "ldr r4, [r0, #16]\n"
        "mov lr, r4\n"
        "mov r0, r1\n"
        "b 1f\n" BEYOND(0, f) BEYOND(1, f)
        /* the multiplier of a channel */
        "1: ldr r3, [sp, #4]\n"
        "ldr r3, [r3, #4]\n"
        "lsls r4, r6, #2\n"
        "ldr r3, [r3, r4]\n"
        "lsls r1, r3, #9\n"
        "lsrs r1, r1, #9\n"
        "movs r4, #1\n"
        "lsls r7, r4, #23\n"
        "adds r1, r1, r7\n"
        "lsrs r3, r3, #23\n"
        "movs r2, #119\n"
        "subs r2, r2, r3\n"
        "lsls r3, r4, #21\n"
        "lsls r4, r4, #16\n"
        "adds r3, r3, r4\n"
        "mov r9, r4\n"
        "lsls r7, r4, #1\n"
        "subs r7, #128\n"
        "mov r10, r7\n"
        "cmp r2, #31\n"
        "bhi 7f\n"
        "lsrs r1, r1, #8\n"
        "adds r1, #1\n"
        "lsrs r1, r1, #1\n"
        "lsrs r4, r1, #1\n"
        "adds r3, r3, r4\n"
        "5: mov r8, r3\n" RESULT(
            0, b) "ldr r3, [sp, #4]\n"
                  "ldr r3, [r3, #20]\n"
                  "cmp r3, #1\n"
                  "beq 9f\n" RESULT(1, b) RESULT(2, f) RESULT(
                      3, f) "adds r0, #12\n"
                            "9: adds r0, #4\n"
                            "adds r6, #1\n"
                            "ldr r3, [sp, #16]\n"
                            "cmp r6, r3\n"
                            "bne 1b\n"
                            "add sp, #20\n"
                            "pop {r4-r7}\n"
                            "mov r8, r4\n"
                            "mov r9, r5\n"
                            "mov r10, r6\n"
                            "mov r11, r7\n"
                            "pop {r4-r7, pc}\n"
                            /* all is 0 */
                            "7: cmp r2, #0\n"
                            "blt 8f\n"
                            "movs r1, #0\n"
                            "movs r2, #31\n"
                            "b 5b\n"
                            /* short15 gets the bits that sums lack; where they are too few all goes the long way */
                            "8: movs r4, #0\n"
                            "subs r4, r4, r2\n"
                            "movs r2, #0\n"
                            "cmp r4, #7\n"
                            "bls 30f\n"
                            "movs r1, #0\n"
                            "movs r3, #0\n"
                            "b 5b\n"
                            "30: lsrs r7, r4\n"
                            "mov r10, r7\n"
                            "mov r7, r9\n"
                            "lsrs r7, r4\n"
                            "mov r9, r7\n"
                            "movs r7, #8\n"
                            "subs r7, r7, r4\n"
                            "lsrs r1, r7\n"
                            "adds r1, #1\n"
                            "lsrs r1, r1, #1\n"
                            "b 5b\n" BEYOND(2, b) BEYOND(3, b) "6: push {r0-r2, lr}\n"
                                                               "mov r4, r12\n"
                                                               "mov r0, r3\n"
                                                               "ldr r1, [sp, #20]\n"
                                                               "ldr r1, [r1, #4]\n"
                                                               "lsls r2, r6, #2\n"
                                                               "ldr r1, [r1, r2]\n"
                                                               "bl te_tile_exact\n"
                                                               "mov r3, r0\n"
                                                               "mov r12, r4\n"
                                                               "ldr r4, [sp, #20]\n"
                                                               "ldr r4, [r4, #16]\n"
                                                               "mov lr, r4\n"
                                                               "pop {r0-r2, r4}\n"
                                                               "bx r4\n" ::
                                                                   : "memory");
}

#elif TE_REQUANTIZE_INTEGER && TE_TILE_THUMB2

void te_tile_long_way(const te_tile_results_of *o, const int32_t *sums, int32_t channel, int8_t *const *y);

/* A channel whose multiplier does not suit the short way. */
void te_tile_long_way(const te_tile_results_of *o, const int32_t *sums, int32_t channel, int8_t *const *y)
{
    for (int32_t p = 0; p < o->results; p++) {
        te_store_i8(&y[p][channel], NULL, 0, te_scale(sums[p], o->multiplier[channel]) + o->y_zero, o->y_min, o->y_max);
    }
}

/* r0 sums, r1 mantissa, r2 down, r3 32 - down, r4 free, r5 result, r6 zero point, r7 least code, r8 largest, r9 places
 * of results, r10 channel, r11 parameters, r12 last channel, lr twice the result, rounded down. A product without rest
 * is a tie or an integer. */
#define RESULT(p)                                                                                                      \
    "ldr r5, [r0], #4\n"                                                                                               \
    "smull r4, r5, r5, r1\n"                                                                                           \
    "asr lr, r5, r2\n"                                                                                                 \
    "lsl r5, r5, r3\n"                                                                                                 \
    "orrs r4, r4, r5\n"                                                                                                \
    "add r5, lr, #1\n"                                                                                                 \
    "beq 1" #p "f\n"                                                                                                   \
    "2" #p ": add r5, r6, r5, asr #1\n"                                                                                \
    "cmp r5, r7\n"                                                                                                     \
    "it lt\n"                                                                                                          \
    "movlt r5, r7\n"                                                                                                   \
    "cmp r5, r8\n"                                                                                                     \
    "it gt\n"                                                                                                          \
    "movgt r5, r8\n"                                                                                                   \
    "ldr r4, [r9, #4 * " #p "]\n"                                                                                      \
    "strb r5, [r4, r10]\n"
#define TIE(p)                                                                                                         \
    "1" #p ": and r4, lr, r5, lsr #1\n"                                                                                \
    "and r4, r4, #1\n"                                                                                                 \
    "sub r5, r5, r4, lsl #1\n"                                                                                         \
    "b 2" #p "b\n"

TE_TILE_ASM void te_tile_results(__attribute__((unused)) const te_tile_results_of *o,
                                 __attribute__((unused)) const int32_t *sums, __attribute__((unused)) int32_t first,
                                 __attribute__((unused)) int32_t channels, __attribute__((unused)) int8_t *const *y)
{
    __asm__ volatile("push {r3-r11, lr}\n"
                     "ldr r9, [sp, #40]\n"
                     "mov r10, r2\n"
                     "add r12, r2, r3\n"
                     "mov r11, r0\n"
                     "mov r0, r1\n"
                     "ldrd r6, r7, [r11, #8]\n"
                     "ldr r8, [r11, #16]\n"
                     "1: ldr r4, [r11, #4]\n"
                     "ldr r1, [r4, r10, lsl #2]\n"
                     "lsrs r2, r1, #23\n"
                     "rsb r2, r2, #124\n"
                     "lsls r1, r1, #8\n"
                     "orr r1, r1, #0x80000000\n"
                     "lsrs r1, r1, #1\n"
                     "subs r4, r2, #1\n"
                     "cmp r4, #29\n"
                     "bhi 4f\n"
                     "rsb r3, r2, #32\n" RESULT(0) "ldr r4, [r11, #20]\n"
                                                   "cmp r4, #1\n"
                                                   "beq 3f\n" RESULT(1) RESULT(2) RESULT(3) "3: add r10, r10, #1\n"
                                                                                            "cmp r10, r12\n"
                                                                                            "bne 1b\n"
                                                                                            "pop {r3-r11, pc}\n"
                                                                                            "4: push {r0, r12}\n"
                                                                                            "mov r1, r0\n"
                                                                                            "mov r0, r11\n"
                                                                                            "mov r2, r10\n"
                                                                                            "mov r3, r9\n"
                                                                                            "bl te_tile_long_way\n"
                                                                                            "pop {r0, r12}\n"
                                                                                            "ldr r4, [r11, #20]\n"
                                                                                            "add r0, r0, r4, lsl #2\n"
                                                                                            "b 3b\n" TIE(0) TIE(1)
                                                                                                TIE(2) TIE(3)::
                                                                                                    : "memory");
}

#else

void te_tile_results(const te_tile_results_of *o, const int32_t *sums, int32_t first, int32_t channels,
                     int8_t *const *y)
{
    for (int32_t oc = first; oc < first + channels; oc++) {
        for (int32_t p = 0; p < o->results; p++) {
            te_store_i8(&y[p][oc], NULL, 0, te_scale(*sums++, o->multiplier[oc]) + o->y_zero, o->y_min, o->y_max);
        }
    }
}

#endif
