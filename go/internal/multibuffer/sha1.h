// SHA-1 (FIPS 180-4, 6.1) of STREAMS * LANES32 messages: a template for vector.h.
// The includer defines NAME and STREAMS.

#ifndef SHA1_ROUND
#define SHA1_ROUND
#define SHA1_CHOOSE(b, c, d) CHOOSE(v32, b, c, d)
#define SHA1_PARITY(b, c, d) PARITY(v32, b, c, d)
#define SHA1_MAJORITY(b, c, d) MAJORITY(v32, b, c, d)
#define SHA1_ROUND_OF(f, k, i, a, b, c, d, e)                                          \
	EACH(                                                                          \
		v32 t = (e[s] + w[(i) % 16][s]) + (uint32_t)(k);                       \
		APART(t);                                                              \
		t = f(b[s], c[s], d[s]) + t;                                           \
		e[s] = ROL32_ADD(a[s], 5, t);                                          \
		b[s] = ROL32(b[s], 30);                                                \
	)
#define SHA1_EXTEND(i)                                                                 \
	EACH(w[(i) % 16][s] = PARITY(v32, w[((i) + 13) % 16][s], w[((i) + 8) % 16][s], w[((i) + 2) % 16][s]) ^ w[(i) % 16][s]; \
	     w[(i) % 16][s] = ROL32(w[(i) % 16][s], 1);)
#define SHA1_5(before, f, k, i)                                          \
	before(i) SHA1_ROUND_OF(f, k, i, a, b, c, d, e)                  \
	before((i) + 1) SHA1_ROUND_OF(f, k, (i) + 1, e, a, b, c, d)      \
	before((i) + 2) SHA1_ROUND_OF(f, k, (i) + 2, d, e, a, b, c)      \
	before((i) + 3) SHA1_ROUND_OF(f, k, (i) + 3, c, d, e, a, b)      \
	before((i) + 4) SHA1_ROUND_OF(f, k, (i) + 4, b, c, d, e, a)
#define SHA1_NOTHING(i)
#define SHA1_20(f, k, i)              \
	SHA1_5(SHA1_EXTEND, f, k, i)  \
	SHA1_5(SHA1_EXTEND, f, k, (i) + 5)  \
	SHA1_5(SHA1_EXTEND, f, k, (i) + 10) \
	SHA1_5(SHA1_EXTEND, f, k, (i) + 15)
#endif

TARGET static void NAME(union state *states, const uint8_t *buffer, const struct message *messages, size_t blocks)
{
	const uint8_t *p[STREAMS * LANES32];
	v32 a[STREAMS], b[STREAMS], c[STREAMS], d[STREAMS], e[STREAMS];
	v32 w[16][STREAMS], before[5][STREAMS];

	for (int i = 0; i < STREAMS * LANES32; i++) {
		p[i] = buffer + messages[i].offset;
		for (int j = 0; j < 5; j++)
			((uint32_t *)before[j])[i] = states[messages[i].state].w32[j];
	}
	for (size_t at = 0; blocks-- > 0; at += 64) {
		for (int j = 0; j < 4; j++)
			EACH(WORDS32(&w[4 * j][s], STREAMS, &p[s * LANES32], at + 16 * j, swap32);)
		EACH(
			a[s] = before[0][s]; b[s] = before[1][s]; c[s] = before[2][s]; d[s] = before[3][s];
			e[s] = before[4][s];
		)
		SHA1_5(SHA1_NOTHING, SHA1_CHOOSE, 0x5a827999, 0)
		SHA1_5(SHA1_NOTHING, SHA1_CHOOSE, 0x5a827999, 5)
		SHA1_5(SHA1_NOTHING, SHA1_CHOOSE, 0x5a827999, 10)
		SHA1_ROUND_OF(SHA1_CHOOSE, 0x5a827999, 15, a, b, c, d, e)
		SHA1_EXTEND(16) SHA1_ROUND_OF(SHA1_CHOOSE, 0x5a827999, 16, e, a, b, c, d)
		SHA1_EXTEND(17) SHA1_ROUND_OF(SHA1_CHOOSE, 0x5a827999, 17, d, e, a, b, c)
		SHA1_EXTEND(18) SHA1_ROUND_OF(SHA1_CHOOSE, 0x5a827999, 18, c, d, e, a, b)
		SHA1_EXTEND(19) SHA1_ROUND_OF(SHA1_CHOOSE, 0x5a827999, 19, b, c, d, e, a)
		SHA1_20(SHA1_PARITY, 0x6ed9eba1, 20)
		SHA1_20(SHA1_MAJORITY, 0x8f1bbcdc, 40)
		SHA1_20(SHA1_PARITY, 0xca62c1d6, 60)
		EACH(
			before[0][s] += a[s]; before[1][s] += b[s]; before[2][s] += c[s]; before[3][s] += d[s];
			before[4][s] += e[s];
		)
	}
	for (int i = 0; i < STREAMS * LANES32; i++)
		for (int j = 0; j < 5; j++)
			states[messages[i].state].w32[j] = ((uint32_t *)before[j])[i];
}

#undef NAME
