/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */
/* The keyword network in a program of its own: it learns two made-up sounds and forgets them again. */
#include <stdio.h>

#include "keywords.h"

static keywords_state state; /* all memory the model needs */
static uint32_t noise = 1;

/* Stands for microphone and MFCC: each sound has its own coefficient, in noise. */
static void listen(int sound, keywords_input_t *input)
{
    for (int i = 0; i < KEYWORDS_INPUT_COUNT; i++) {
        noise = noise * 1664525u + 1013904223u;
        input[i] = (keywords_input_t)((i % 10 == 2 + 3 * sound ? 50 : -20) + (int)(noise >> 27));
    }
}

static void test(const char *when)
{
    keywords_output_t scores[KEYWORDS_OUTPUT_COUNT];
    for (int sound = 0; sound < 2; sound++) {
        listen(sound, keywords_input(&state));
        if (keywords_infer(&state, scores) == TE_OK) {
            printf("%s, sound %d: scores %.2f and %.2f\n", when, sound, (double)scores[0], (double)scores[1]);
        }
    }
}

int main(void)
{
    enum { STEPS = 40 };
    keywords_result result = {0};
    if (keywords_init(&state, 0) != TE_OK) {
        return 1;
    }
    test("before");
    for (uint32_t step = 0; step < STEPS; step++) {
        const int sound = (int)(step % 2);
        listen(sound, keywords_input(&state));
        if (keywords_train_step(&state, sound, keywords_lr(0.03f, step, STEPS), &result) != TE_OK) {
            return 1;
        }
    }
    printf("last step: loss %.2f, taken for %d\n", (double)result.loss, (int)result.prediction);
    test("trained");
    keywords_reset(&state); /* back to the weights in flash */
    test("reset");
    return 0;
}
