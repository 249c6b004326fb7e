/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

#include "fake.h"

te_status fake_init(fake_state *s, uint32_t seed)
{
    s->seed = seed;
    return fake_reset(s);
}

te_status fake_reset(fake_state *s)
{
    s->weights[0] = s->weights[1] = s->weights[2] = 0.0f;
    return 0;
}

fake_input_t *fake_input(fake_state *s)
{
    return (fake_input_t *)s->arena;
}

#if defined(__arm__)

extern uint32_t te_sram_start[], te_sram_end[];

static uint32_t descend(volatile uint32_t *p, uint32_t depth)
{
    volatile uint32_t frame[64];
    frame[0] = depth;
    return depth > 0 ? descend(frame, depth - 1) + p[0] : 0;
}

static void misbehave(fake_state *s, const int8_t *x)
{
    uint32_t below = (uint32_t)te_sram_start - 0x20000u;
    uint32_t above = (uint32_t)te_sram_end + 256u;
    switch (x[3]) {
    case FAKE_STORE_BELOW:
        *(volatile uint32_t *)below = 1;
        break;
    case FAKE_STORE_ABOVE:
        *(volatile uint32_t *)above = 1;
        break;
    case FAKE_STORE_FLASH:
        *(volatile uint32_t *)((uint32_t)&fake_infer & ~3u) = 1;
        break;
    case FAKE_STACK_OVERFLOW: {
        volatile uint32_t start = 1;
        s->seed = descend(&start, 1000000);
        break;
    }
    case FAKE_STACK_1024:
        __asm__ volatile("mov r0, sp\n sub sp, #508\n sub sp, #508\n sub sp, #8\n"
                         " mov r1, sp\n str r0, [r1]\n mov sp, r0" ::
                             : "r0", "r1", "memory");
        break;
    case FAKE_LOOP: {
        uint32_t rounds = 1000000u * (uint32_t)x[2] + (uint32_t)x[1];
        __asm__ volatile(".syntax unified\n1: subs %0, #1\n bne 1b\n" : "+l"(rounds)::"cc");
        break;
    }
    case FAKE_UNDEFINED:
        __asm__ volatile(".short 0xde00");
        break;
    default:
        break;
    }
}

#endif

te_status fake_infer(fake_state *s, fake_output_t *output)
{
    const int8_t *x = (const int8_t *)s->arena;
    for (int c = 0; c < 3; c++) {
        /* Soft float takes longer for some values than for others; a counted loop must not. */
        int32_t value = x[3] == FAKE_LOOP ? 0 : x[c];
        output[c] = s->weights[c] + (float)value * 0.5f;
    }
#if defined(__arm__)
    misbehave(s, x);
#endif
    for (volatile int forever = x[3] == FAKE_FOREVER; forever;) {
    }
    return x[3] == FAKE_REFUSE ? -1 : 0;
}

te_status fake_train_step(fake_state *s, int32_t target, float lr, fake_result *result)
{
    if (target < 0 || target > 2) {
        return -2;
    }
    s->weights[target] += lr;
    result->loss = 1.0f - s->weights[target];
    result->prediction = target;
    return 0;
}
