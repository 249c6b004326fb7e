/* The kernels of the toy pack: parameter structs and prototypes. */
#ifndef TOY_KERNELS_H
#define TOY_KERNELS_H

#include "te_kernels.h"

/* y = gain*x/(1 + x*x) for count elements. */
typedef struct {
    int32_t count;
    float gain;
} toy_squash;

#define TE_KERNEL_LIST "toy_kernels.def"
#include "te_prototypes.h"

#endif
