//go:build cgo

#include "kernel.h"

// For CPUs without AVX2, and for GCC on Windows, which builds no AVX kernels.
#define WIDTH 16
#define TARGET __attribute__((target("ssse3")))
#include "vector.h"

#define STREAMS 1
#define NAME blake3_x4
#include "blake3.h"

const struct checksig_entry checksig_ssse3[] = {
	{"ssse3-x4", BLAKE3, 4, blake3_x4},
	{NULL, 0, 0, NULL},
};
