//go:build cgo

#include <immintrin.h>

#include "kernel.h"
#include "sha2_constants.h"

#define TARGET __attribute__((target("sha,sse4.1,ssse3")))

// Two streams keep the unit for these instructions busy on Zen and on Ice Lake, where
// their latency is at most twice their reciprocal throughput.
#define STREAMS 2
#define NAME sha1_x2
#include "sha1ni.h"
#define NAME sha256_x2
#include "sha256ni.h"

const struct checksig_entry checksig_shani[] = {
	{"sha-ni-x2", SHA1, 2, sha1_x2},
	{"sha-ni-x2", SHA256, 2, sha256_x2},
	{NULL, 0, 0, NULL},
};
