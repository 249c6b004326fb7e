/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */
/* The autoencoder in a program of its own: it adapts to a made-up machine, and then a fault of it stands out. */
#include <stdio.h>

#include "anomaly.h"

static anomaly_state state; /* all memory the model needs */
static uint32_t noise = 1;

/* Stands for accelerometer and band powers: a hum of the machine, in noise; a fault lifts the upper bands. */
static void measure(int faulty, anomaly_input_t *window)
{
    for (int band = 0; band < ANOMALY_INPUT_COUNT; band++) {
        noise = noise * 1664525u + 1013904223u;
        window[band] =
            (band % 16 == 3 ? 0.8f : -0.4f) + (faulty && band > 40 ? 0.3f : 0.0f) + (float)(noise >> 24) / 2560.0f;
    }
}

/* How badly the network knows a window: the mean squared error of its reconstruction. */
static float strangeness(int faulty)
{
    anomaly_input_t window[ANOMALY_INPUT_COUNT], *input = anomaly_input(&state);
    anomaly_output_t again[ANOMALY_OUTPUT_COUNT];
    float sum = 0.0f;
    measure(faulty, window);
    for (int i = 0; i < ANOMALY_INPUT_COUNT; i++) {
        input[i] = window[i];
    }
    if (anomaly_infer(&state, again) != TE_OK) {
        return -1.0f;
    }
    for (int i = 0; i < ANOMALY_OUTPUT_COUNT; i++) {
        sum += (again[i] - window[i]) * (again[i] - window[i]);
    }
    return sum / ANOMALY_OUTPUT_COUNT;
}

static void test(const char *when)
{
    const float normal = strangeness(0), faulty = strangeness(1);
    printf("%s: normal %.4f, faulty %.4f\n", when, (double)normal, (double)faulty);
}

int main(void)
{
    enum { STEPS = 1000 };
    anomaly_result result = {0};
    if (anomaly_init(&state, 0) != TE_OK) {
        return 1;
    }
    test("before");
    for (uint32_t step = 0; step < STEPS; step++) {
        measure(0, anomaly_input(&state));
        if (anomaly_train_step(&state, anomaly_lr(0.2f, step, STEPS), &result) != TE_OK) {
            return 1;
        }
    }
    printf("last step: loss %.4f\n", (double)result.loss);
    test("adapted");
    anomaly_reset(&state); /* back to the weights in flash */
    test("reset");
    return 0;
}
