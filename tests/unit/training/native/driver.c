/* Runs kernels on buffers from standard input and writes the buffers back. A call is: length and name of the kernel, number of
 * words and the words of its parameter struct, number of buffers, then each as its length (-1: NULL) and bytes. Every buffer
 * is an allocation of its own, so that the address sanitizer sees each byte beyond. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "te_kernels.h"
#include "te_update.h"

#define MAX_BUFFERS 10

/* out[i]: the generator's bits for key[4*i ..] = seed, steps so far, tensor, element */
static void random_bits(const int32_t *count, const uint32_t *key, uint32_t *out)
{
    for (int32_t i = 0; i < *count; i++) {
        out[i] = te_random_at(te_random_key(&key[4 * i], key[4 * i + 2]), key[4 * i + 3]);
    }
}

static void round_values(const int32_t *count, const float *v, const uint32_t *bits, int32_t *stochastic, int32_t *nearest)
{
    for (int32_t i = 0; i < *count; i++) {
        stochastic[i] = te_round_stochastic(v[i], bits[i]);
        nearest[i] = te_round_nearest(v[i]);
    }
}

#define CALL(symbol, ...)                                                                                              \
    if (strcmp(kernel, #symbol) == 0) {                                                                                \
        symbol(__VA_ARGS__);                                                                                           \
        return 1;                                                                                                      \
    }

static int call(const char *kernel, const void *s, void **b)
{
    CALL(random_bits, s, b[0], b[1])
    CALL(round_values, s, b[0], b[1], b[2], b[3])
    CALL(te_softmax_cross_entropy_f32_ref, s, b[0], b[1], b[2], b[3], b[4])
    CALL(te_mse_f32_ref, s, b[0], b[1], b[2], b[3])
    CALL(te_l1_f32_ref, s, b[0], b[1], b[2], b[3])
    CALL(te_huber_f32_ref, s, b[0], b[1], b[2], b[3])
    CALL(te_bce_f32_ref, s, b[0], b[1], b[2], b[3])
    CALL(te_accumulate_f32_ref, s, b[0], b[1], b[2])
    CALL(te_square_sum_f32_ref, s, b[0], b[1], b[2])
    CALL(te_clip_scale_f32_ref, s, b[0], b[1])
    CALL(te_conv2d_dw_f32_f32_ref, s, b[0], b[1], b[2])
    CALL(te_conv2d_dw_f32_i8_ref, s, b[0], b[1], b[2])
    CALL(te_apply_mask_f32_ref, s, b[0], b[1], b[2])
    CALL(te_average_pool2d_dx_f32_ref, s, b[0], b[1])
    CALL(te_max_pool2d_dx_f32_f32_ref, s, b[0], b[1], b[2])
    CALL(te_max_pool2d_dx_f32_i8_ref, s, b[0], b[1], b[2])
    CALL(te_normalize_f32_ref, s, b[0], b[1])
    CALL(te_normalize_dx_f32_ref, s, b[0], b[1], b[2])
    CALL(te_channel_sum_f32_ref, s, b[0], b[1])
    CALL(te_conv2d_dx_f32_f32_ref, s, b[0], b[1], b[2])
    CALL(te_conv2d_dx_f32_i8_ref, s, b[0], b[1], b[2], b[3])
    CALL(te_conv2d_update_f32_f32_ref, s, b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7])
    CALL(te_conv2d_update_i8_i8_ref, s, b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8])
    CALL(te_count_step_u32_ref, s, b[0])
    CALL(te_sgd_f32_ref, s, b[0], b[1], b[2], b[3], b[4], b[5], b[6])
    CALL(te_sgd_i32_ref, s, b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7])
    CALL(te_sgd_i8_ref, s, b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7])
    CALL(te_conv2d_update_i8_f32_ref, s, b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8])
    CALL(te_apply_mask_b8_ref, s, b[0], b[1], b[2])
    CALL(te_apply_mask_rescale_b8_ref, s, b[0], b[1], b[2], b[3], b[4])
    CALL(te_channel_sum_b8_ref, s, b[0], b[1], b[2])
    CALL(te_average_pool2d_dx_b8_ref, s, b[0], b[1], b[2], b[3])
    CALL(te_add_b8_ref, s, b[0], b[1], b[2], b[3], b[4], b[5])
    CALL(te_convert_f32_b8_ref, s, b[0], b[1], b[2], b[3])
    CALL(te_convert_b8_f32_ref, s, b[0], b[1], b[2])
    CALL(te_convert_b8_b8_ref, s, b[0], b[1], b[2], b[3])
    CALL(te_conv2d_dx_b8_i8_ref, s, b[0], b[1], b[2], b[3], b[4])
    CALL(te_conv2d_dw_b8_i8_ref, s, b[0], b[1], b[2], b[3], b[4])
    CALL(te_conv2d_update_b8_i8_ref, s, b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8])
    CALL(te_apply_mask_b16_ref, s, b[0], b[1], b[2])
    CALL(te_apply_mask_rescale_b16_ref, s, b[0], b[1], b[2], b[3], b[4])
    CALL(te_channel_sum_b16_ref, s, b[0], b[1], b[2])
    CALL(te_average_pool2d_dx_b16_ref, s, b[0], b[1], b[2], b[3])
    CALL(te_add_b16_ref, s, b[0], b[1], b[2], b[3], b[4], b[5])
    CALL(te_convert_f32_b16_ref, s, b[0], b[1], b[2], b[3])
    CALL(te_convert_b16_f32_ref, s, b[0], b[1], b[2])
    CALL(te_convert_b16_b16_ref, s, b[0], b[1], b[2], b[3])
    CALL(te_conv2d_dx_b16_i8_ref, s, b[0], b[1], b[2], b[3], b[4])
    CALL(te_conv2d_dw_b16_i8_ref, s, b[0], b[1], b[2], b[3], b[4])
    CALL(te_conv2d_update_b16_i8_ref, s, b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8])
    return 0;
}

static void take(void *to, size_t bytes)
{
    if (fread(to, 1, bytes, stdin) != bytes) {
        exit(2);
    }
}

/* An allocation of exactly these bytes; of one where there are none, since malloc(0) may be NULL. */
static void *take_buffer(int32_t bytes)
{
    void *buffer = malloc(bytes > 0 ? (size_t)bytes : 1);
    if (buffer == NULL) {
        exit(3);
    }
    take(buffer, (size_t)bytes);
    return buffer;
}

int main(void)
{
    int32_t length;
    while (fread(&length, sizeof length, 1, stdin) == 1) {
        char kernel[64] = {0};
        int32_t words, count, bytes[MAX_BUFFERS];
        void *buffers[MAX_BUFFERS] = {0};
        if (length < 0 || length >= (int32_t)sizeof kernel) {
            return 2;
        }
        take(kernel, (size_t)length);
        take(&words, sizeof words);
        /* Kernels of another direction share a struct and leave its last fields out of their requests. */
        char *s = calloc(64, sizeof(int32_t));
        if (s == NULL || words < 0 || words > 64) {
            return 2;
        }
        take(s, (size_t)words * sizeof(int32_t));
        take(&count, sizeof count);
        if (count < 0 || count > MAX_BUFFERS) {
            return 2;
        }
        for (int32_t i = 0; i < count; i++) {
            take(&bytes[i], sizeof bytes[i]);
            buffers[i] = bytes[i] < 0 ? NULL : take_buffer(bytes[i]);
        }
        if (!call(kernel, s, buffers)) {
            fprintf(stderr, "no kernel %s\n", kernel);
            return 4;
        }
        for (int32_t i = 0; i < count; i++) {
            if (bytes[i] > 0) {
                fwrite(buffers[i], 1, (size_t)bytes[i], stdout);
            }
            free(buffers[i]);
        }
        free(s);
    }
    return 0;
}
