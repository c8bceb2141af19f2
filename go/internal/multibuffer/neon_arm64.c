//go:build cgo

#include <arm_neon.h>

#define WIDTH 16
#define TARGET
#include "vector.h"

// The 32 registers hold four streams of MD5. The SHA kernels are for CPUs without SHA
// instructions.
#define STREAMS 1
#define NAME sha256_x4
#define BITS 256
#include "sha2.h"

#define NAME blake3_x4
#include "blake3.h"

#undef STREAMS
#define STREAMS 2
#define NAME md5_x8
#include "md5.h"
#define NAME sha1_x8
#include "sha1.h"

#undef STREAMS
#define STREAMS 4
#define NAME md5_x16
#include "md5.h"

const struct checksig_entry checksig_neon[] = {
	{"neon-x8", MD5, 8, md5_x8},
	{"neon-x16", MD5, 16, md5_x16},
	{"neon-x8", SHA1, 8, sha1_x8},
	{"neon-x4", SHA256, 4, sha256_x4},
	{"neon-x4", BLAKE3, 4, blake3_x4},
	{NULL, 0, 0, NULL},
};
