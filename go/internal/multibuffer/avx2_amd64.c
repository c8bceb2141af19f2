//go:build cgo

#include "kernel.h"

#ifdef STACK_OF_16
const struct checksig_entry checksig_avx2[] = {{NULL, 0, 0, NULL}};
#else
#include <immintrin.h>

#define NATIVE_AVX2
#define WIDTH 32
#define TARGET __attribute__((target("avx2")))
#include "vector.h"

// The 16 registers hold two streams of MD5, but only one of the others.
#define STREAMS 1
#define NAME md5_x8
#include "md5.h"
#define NAME sha1_x8
#include "sha1.h"
#define NAME sha256_x8
#define BITS 256
#include "sha2.h"
#define NAME sha512_x4
#define BITS 512
#include "sha2.h"

#define NAME blake3_x8
#include "blake3.h"

#undef STREAMS
#define STREAMS 2
#define NAME md5_x16
#include "md5.h"

const struct checksig_entry checksig_avx2[] = {
	{"avx2-x8", MD5, 8, md5_x8},
	{"avx2-x16", MD5, 16, md5_x16},
	{"avx2-x8", SHA1, 8, sha1_x8},
	{"avx2-x8", SHA256, 8, sha256_x8},
	{"avx2-x4", SHA512, 4, sha512_x4},
	{"avx2-x8", BLAKE3, 8, blake3_x8},
	{NULL, 0, 0, NULL},
};
#endif
