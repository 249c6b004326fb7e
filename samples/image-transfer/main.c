/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */
/* The image network in a program of its own: it learns two made-up pictures and forgets them again. */
#include <stdio.h>

#include "shapes.h"

static shapes_state state; /* all memory the model needs */
static uint32_t noise = 1;

/* Stands for the camera: stripes across or along, in noise; RGB, row by row. */
static void look(int picture, shapes_input_t *input)
{
    for (int i = 0; i < SHAPES_INPUT_COUNT; i++) {
        noise = noise * 1664525u + 1013904223u;
        const int place = picture == 0 ? i / 3 % 32 : i / 96;
        input[i] = (shapes_input_t)((place / 4 % 2 ? 180u : 40u) + (noise >> 26));
    }
}

static void test(const char *when)
{
    shapes_output_t scores[SHAPES_OUTPUT_COUNT];
    for (int picture = 0; picture < 2; picture++) {
        look(picture, shapes_input(&state));
        if (shapes_infer(&state, scores) == TE_OK) {
            printf("%s, picture %d: scores %.2f and %.2f\n", when, picture, (double)scores[0], (double)scores[1]);
        }
    }
}

int main(void)
{
    enum { STEPS = 40 };
    shapes_result result = {0};
    if (shapes_init(&state, 0) != TE_OK) {
        return 1;
    }
    test("before");
    for (uint32_t step = 0; step < STEPS; step++) {
        const int picture = (int)(step % 2);
        look(picture, shapes_input(&state));
        if (shapes_train_step(&state, picture, shapes_lr(0.03f, step, STEPS), &result) != TE_OK) {
            return 1;
        }
    }
    printf("last step: loss %.2f, taken for %d\n", (double)result.loss, (int)result.prediction);
    test("trained");
    shapes_reset(&state); /* back to the weights in flash */
    test("reset");
    return 0;
}
