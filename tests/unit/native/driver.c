/* Calls functions of functions.h, which is written for each test, on buffers from standard input and writes the buffers back. A
 * call is: index of the function, number of buffers, then each as its length (-1: NULL) and bytes. Every buffer is an allocation of
 * its own, so that the address sanitizer sees each byte beyond. */
#include <stdio.h>
#include <stdlib.h>

#include "functions.h"

#define MAX_BUFFERS 16

static void take(void *to, size_t bytes)
{
    if (fread(to, 1, bytes, stdin) != bytes) {
        exit(2);
    }
}

/* An allocation of exactly this size; of one byte for size 0, since malloc(0) may be NULL. */
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
    int32_t function;
    while (fread(&function, sizeof function, 1, stdin) == 1) {
        int32_t count, bytes[MAX_BUFFERS];
        void *buffers[MAX_BUFFERS] = {0};
        take(&count, sizeof count);
        if (count < 0 || count > MAX_BUFFERS) {
            return 2;
        }
        for (int32_t i = 0; i < count; i++) {
            take(&bytes[i], sizeof bytes[i]);
            buffers[i] = bytes[i] < 0 ? NULL : take_buffer(bytes[i]);
        }
        functions[function](buffers);
        for (int32_t i = 0; i < count; i++) {
            if (bytes[i] > 0) {
                fwrite(buffers[i], 1, (size_t)bytes[i], stdout);
            }
            free(buffers[i]);
        }
        fflush(stdout);
    }
    return 0;
}
