//go:build cgo

// SHA-1 and SHA-256 (FIPS 180-4, 6.1 and 6.2) of STREAMS messages with the CPU's SHA
// instructions. Each instruction does four rounds, or part of the work for them.
#ifndef __clang__
#pragma GCC target("+crypto")
#define TARGET
#elif __clang_major__ >= 16
#define TARGET __attribute__((target("+sha2")))
#else
#define TARGET __attribute__((target("sha2")))
#endif
#include <arm_neon.h>

#include "kernel.h"
#include "sha2_constants.h"

#if defined(__clang__) && __clang_major__ < 16 && !defined(__ARM_FEATURE_SHA2)
// Older versions of clang support these instructions only for the whole file.
const struct checksig_entry checksig_armsha[] = {{NULL, 0, 0, NULL}};
#else

#define STREAMS 2

#define LOAD(i) vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(p[s] + at + 16 * (i))))

// Rounds 4i ... 4i+3, and the words of the schedule for 16 rounds later.
#define SHA1_ROUNDS(f, constant, i, e, e_next, w0, w1, w2, w3)                 \
	EACH(                                                                  \
		uint32x4_t t = vaddq_u32(w0[s], vdupq_n_u32(constant));        \
		e_next[s] = vsha1h_u32(vgetq_lane_u32(abcd[s], 0));            \
		abcd[s] = vsha1##f##q_u32(abcd[s], e[s], t);                   \
		if ((i) < 16)                                                  \
			w0[s] = vsha1su1q_u32(vsha1su0q_u32(w0[s], w1[s], w2[s]), w3[s]); \
	)

TARGET static void sha1_x2(union state *states, const uint8_t *buffer, const struct message *messages, size_t blocks)
{
	const uint8_t *p[STREAMS];
	uint32_t *h[STREAMS];
	uint32x4_t abcd[STREAMS], abcd_before[STREAMS];
	uint32_t e0[STREAMS], e1[STREAMS], e_before[STREAMS];
	uint32x4_t w0[STREAMS], w1[STREAMS], w2[STREAMS], w3[STREAMS];

	EACH(
		p[s] = buffer + messages[s].offset;
		h[s] = states[messages[s].state].w32;
		abcd[s] = vld1q_u32(h[s]);
		e0[s] = h[s][4];
	)
	for (size_t at = 0; blocks-- > 0; at += 64) {
		EACH(abcd_before[s] = abcd[s]; e_before[s] = e0[s];)
		EACH(w0[s] = LOAD(0); w1[s] = LOAD(1); w2[s] = LOAD(2); w3[s] = LOAD(3);)
		SHA1_ROUNDS(c, 0x5a827999, 0, e0, e1, w0, w1, w2, w3)
		SHA1_ROUNDS(c, 0x5a827999, 1, e1, e0, w1, w2, w3, w0)
		SHA1_ROUNDS(c, 0x5a827999, 2, e0, e1, w2, w3, w0, w1)
		SHA1_ROUNDS(c, 0x5a827999, 3, e1, e0, w3, w0, w1, w2)
		SHA1_ROUNDS(c, 0x5a827999, 4, e0, e1, w0, w1, w2, w3)
		SHA1_ROUNDS(p, 0x6ed9eba1, 5, e1, e0, w1, w2, w3, w0)
		SHA1_ROUNDS(p, 0x6ed9eba1, 6, e0, e1, w2, w3, w0, w1)
		SHA1_ROUNDS(p, 0x6ed9eba1, 7, e1, e0, w3, w0, w1, w2)
		SHA1_ROUNDS(p, 0x6ed9eba1, 8, e0, e1, w0, w1, w2, w3)
		SHA1_ROUNDS(p, 0x6ed9eba1, 9, e1, e0, w1, w2, w3, w0)
		SHA1_ROUNDS(m, 0x8f1bbcdc, 10, e0, e1, w2, w3, w0, w1)
		SHA1_ROUNDS(m, 0x8f1bbcdc, 11, e1, e0, w3, w0, w1, w2)
		SHA1_ROUNDS(m, 0x8f1bbcdc, 12, e0, e1, w0, w1, w2, w3)
		SHA1_ROUNDS(m, 0x8f1bbcdc, 13, e1, e0, w1, w2, w3, w0)
		SHA1_ROUNDS(m, 0x8f1bbcdc, 14, e0, e1, w2, w3, w0, w1)
		SHA1_ROUNDS(p, 0xca62c1d6, 15, e1, e0, w3, w0, w1, w2)
		SHA1_ROUNDS(p, 0xca62c1d6, 16, e0, e1, w0, w1, w2, w3)
		SHA1_ROUNDS(p, 0xca62c1d6, 17, e1, e0, w1, w2, w3, w0)
		SHA1_ROUNDS(p, 0xca62c1d6, 18, e0, e1, w2, w3, w0, w1)
		SHA1_ROUNDS(p, 0xca62c1d6, 19, e1, e0, w3, w0, w1, w2)
		EACH(abcd[s] = vaddq_u32(abcd[s], abcd_before[s]); e0[s] += e_before[s];)
	}
	EACH(vst1q_u32(h[s], abcd[s]); h[s][4] = e0[s];)
}

#define SHA256_ROUNDS(i, w0, w1, w2, w3)                                       \
	EACH(                                                                  \
		uint32x4_t t = vaddq_u32(w0[s], vld1q_u32(sha256_k + 4 * (i))); \
		uint32x4_t abcd_now = abcd[s];                                 \
		if ((i) < 12)                                                  \
			w0[s] = vsha256su1q_u32(vsha256su0q_u32(w0[s], w1[s]), w2[s], w3[s]); \
		abcd[s] = vsha256hq_u32(abcd_now, efgh[s], t);                 \
		efgh[s] = vsha256h2q_u32(efgh[s], abcd_now, t);                \
	)
#define SHA256_16(i)                             \
	SHA256_ROUNDS(i, w0, w1, w2, w3)         \
	SHA256_ROUNDS((i) + 1, w1, w2, w3, w0)   \
	SHA256_ROUNDS((i) + 2, w2, w3, w0, w1)   \
	SHA256_ROUNDS((i) + 3, w3, w0, w1, w2)

TARGET static void sha256_x2(union state *states, const uint8_t *buffer, const struct message *messages, size_t blocks)
{
	const uint8_t *p[STREAMS];
	uint32_t *h[STREAMS];
	uint32x4_t abcd[STREAMS], efgh[STREAMS], abcd_before[STREAMS], efgh_before[STREAMS];
	uint32x4_t w0[STREAMS], w1[STREAMS], w2[STREAMS], w3[STREAMS];

	EACH(
		p[s] = buffer + messages[s].offset;
		h[s] = states[messages[s].state].w32;
		abcd[s] = vld1q_u32(h[s]);
		efgh[s] = vld1q_u32(h[s] + 4);
	)
	for (size_t at = 0; blocks-- > 0; at += 64) {
		EACH(abcd_before[s] = abcd[s]; efgh_before[s] = efgh[s];)
		EACH(w0[s] = LOAD(0); w1[s] = LOAD(1); w2[s] = LOAD(2); w3[s] = LOAD(3);)
		SHA256_16(0)
		SHA256_16(4)
		SHA256_16(8)
		SHA256_16(12)
		EACH(abcd[s] = vaddq_u32(abcd[s], abcd_before[s]); efgh[s] = vaddq_u32(efgh[s], efgh_before[s]);)
	}
	EACH(vst1q_u32(h[s], abcd[s]); vst1q_u32(h[s] + 4, efgh[s]);)
}

const struct checksig_entry checksig_armsha[] = {
	{"arm-sha-x2", SHA1, 2, sha1_x2},
	{"arm-sha-x2", SHA256, 2, sha256_x2},
	{NULL, 0, 0, NULL},
};
#endif
