//go:build cgo

#include "kernel.h"

#ifdef STACK_OF_16
const struct checksig_entry checksig_avx512[] = {{NULL, 0, 0, NULL}};
#else
#include <immintrin.h>

#define WIDTH 64
#ifdef CHECKSIG_EMULATE_AVX512 // to test the templates on CPUs without AVX-512
#define TARGET __attribute__((target("avx2")))
#define KIND "emulated-avx512"
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wpsabi" // inline functions have no ABI
#endif
#else
#define NATIVE_AVX512
#define KIND "avx512"
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl")))
#endif
#include "vector.h"

#define STREAMS 1
#define NAME md5_x16
#include "md5.h"
#define NAME sha1_x16
#include "sha1.h"
#define NAME sha256_x16
#define BITS 256
#include "sha2.h"
#define NAME sha512_x8
#define BITS 512
#include "sha2.h"
#define NAME blake3_x16
#include "blake3.h"

const struct checksig_entry checksig_avx512[] = {
	{KIND "-x16", MD5, 16, md5_x16},
	{KIND "-x16", SHA1, 16, sha1_x16},
	{KIND "-x16", SHA256, 16, sha256_x16},
	{KIND "-x8", SHA512, 8, sha512_x8},
	{KIND "-x16", BLAKE3, 16, blake3_x16},
	{NULL, 0, 0, NULL},
};
#endif
