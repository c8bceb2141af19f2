//go:build cgo

#include <immintrin.h>

#define NATIVE_AVX2
#define WIDTH 32
#define TARGET __attribute__((target("avx2")))
#include "vector.h"

#define STREAMS 1
#define NAME md5_x8
#include "md5.h"
#undef STREAMS

#define STREAMS 2
#define NAME md5_x16
#include "md5.h"
#undef STREAMS

const struct checksig_entry checksig_avx2[] = {
	{"avx2-x8", MD5, 8, md5_x8},
	{"avx2-x16", MD5, 16, md5_x16},
	{0},
};
