// SHA-256 or SHA-512 (FIPS 180-4, 6.2 and 6.4) of as many messages as STREAMS vectors
// have lanes: a template for vector.h. The includer defines NAME, STREAMS and BITS,
// which is 256 or 512.
#include "sha2_constants.h"

#ifndef SHA2_ROUND
#define SHA2_ROUND
#define SHA2_SUM(i, a, b, c, d, e, f, g, h)                                          \
	EACH(                                                                        \
		h[s] += (w[(i) % 16][s] + k[i]) + CHOOSE(VECTOR, e[s], f[s], g[s]) +  \
			PARITY(VECTOR, ROR(e[s], E1), ROR(e[s], E2), ROR(e[s], E3)); \
		d[s] += h[s];                                                        \
		h[s] += PARITY(VECTOR, ROR(a[s], A1), ROR(a[s], A2), ROR(a[s], A3)); \
		h[s] += SHA2_MAJORITY(a[s], b[s], c[s]);                             \
	)
#if WIDTH == 64
#define SHA2_MAJORITY(a, b, c) MAJORITY(VECTOR, a, b, c)
#else // a ^ b is the b ^ c of the next round
#define SHA2_MAJORITY(a, b, c) ((((a) ^ (b)) & ((b) ^ (c))) ^ (b))
#endif
#define SHA2_EXTEND(i)                                                               \
	EACH(                                                                        \
		VECTOR w1 = w[((i) + 1) % 16][s];                                    \
		VECTOR w14 = w[((i) + 14) % 16][s];                                  \
		w[i][s] += w[((i) + 9) % 16][s] +                                    \
			PARITY(VECTOR, ROR(w1, S1), ROR(w1, S2), w1 >> S3) +         \
			PARITY(VECTOR, ROR(w14, T1), ROR(w14, T2), w14 >> T3);       \
	)
#define SHA2_4(before, i, a, b, c, d, e, f, g, h)                \
	before(i) SHA2_SUM(i, a, b, c, d, e, f, g, h)            \
	before((i) + 1) SHA2_SUM((i) + 1, h, a, b, c, d, e, f, g) \
	before((i) + 2) SHA2_SUM((i) + 2, g, h, a, b, c, d, e, f) \
	before((i) + 3) SHA2_SUM((i) + 3, f, g, h, a, b, c, d, e)
#define SHA2_16(before)                             \
	SHA2_4(before, 0, a, b, c, d, e, f, g, h)   \
	SHA2_4(before, 4, e, f, g, h, a, b, c, d)   \
	SHA2_4(before, 8, a, b, c, d, e, f, g, h)   \
	SHA2_4(before, 12, e, f, g, h, a, b, c, d)
#define SHA2_NOTHING(i)
#endif

#undef VECTOR
#undef WORD
#undef LANES
#undef ROUNDS
#undef ROR
#undef SHA2_WORDS
#undef A1
#undef A2
#undef A3
#undef E1
#undef E2
#undef E3
#undef S1
#undef S2
#undef S3
#undef T1
#undef T2
#undef T3
#undef SHA2_K
#undef SHA2_STATE
#if BITS == 256
#define VECTOR v32
#define WORD uint32_t
#define LANES LANES32
#define ROUNDS 64
#define SHA2_K sha256_k
#define SHA2_STATE w32
#define ROR ROR32
#define SHA2_WORDS(j) EACH(WORDS32(&w[4 * (j)][s], STREAMS, &p[s * LANES], at + 16 * (j), swap32);)
#define A1 2
#define A2 13
#define A3 22
#define E1 6
#define E2 11
#define E3 25
#define S1 7
#define S2 18
#define S3 3
#define T1 17
#define T2 19
#define T3 10
#else
#define VECTOR v64
#define WORD uint64_t
#define LANES LANES64
#define ROUNDS 80
#define SHA2_K sha512_k
#define SHA2_STATE w64
#define ROR ROR64
#define SHA2_WORDS(j) EACH(WORDS64(&w[2 * (j)][s], STREAMS, &p[s * LANES], at + 16 * (j), swap64);)
#define A1 28
#define A2 34
#define A3 39
#define E1 14
#define E2 18
#define E3 41
#define S1 1
#define S2 8
#define S3 7
#define T1 19
#define T2 61
#define T3 6
#endif

TARGET static void NAME(union state *states, const uint8_t *buffer, const struct message *messages, size_t blocks)
{
	const uint8_t *p[STREAMS * LANES];
	VECTOR a[STREAMS], b[STREAMS], c[STREAMS], d[STREAMS], e[STREAMS], f[STREAMS], g[STREAMS], h[STREAMS];
	VECTOR w[16][STREAMS], before[8][STREAMS];

	for (int i = 0; i < STREAMS * LANES; i++) {
		p[i] = buffer + messages[i].offset;
		for (int j = 0; j < 8; j++)
			((WORD *)before[j])[i] = states[messages[i].state].SHA2_STATE[j];
	}
	for (size_t at = 0; blocks-- > 0; at += 16 * sizeof(WORD)) {
		const WORD *k = SHA2_K;
		for (size_t j = 0; j < sizeof(WORD); j++)
			SHA2_WORDS(j)
		EACH(
			a[s] = before[0][s]; b[s] = before[1][s]; c[s] = before[2][s]; d[s] = before[3][s];
			e[s] = before[4][s]; f[s] = before[5][s]; g[s] = before[6][s]; h[s] = before[7][s];
		)
		SHA2_16(SHA2_NOTHING)
		while ((k += 16) < SHA2_K + ROUNDS) {
			SHA2_16(SHA2_EXTEND)
		}
		EACH(
			before[0][s] += a[s]; before[1][s] += b[s]; before[2][s] += c[s]; before[3][s] += d[s];
			before[4][s] += e[s]; before[5][s] += f[s]; before[6][s] += g[s]; before[7][s] += h[s];
		)
	}
	for (int i = 0; i < STREAMS * LANES; i++)
		for (int j = 0; j < 8; j++)
			states[messages[i].state].SHA2_STATE[j] = ((WORD *)before[j])[i];
}

#undef NAME
#undef BITS
