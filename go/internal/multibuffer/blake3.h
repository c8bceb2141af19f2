// BLAKE3's compression function (BLAKE3, 2.2) of STREAMS * LANES32 messages: a template
// for vector.h. The includer defines NAME and STREAMS. blake3.go describes the state.

#ifndef BLAKE3_G
#if defined(NATIVE_AVX512)
#define BLAKE3_ROR8(x) ROR32(x, 8)
#else // a shuffle of bytes
#define TURN32(o) (o) + 1, (o) + 2, (o) + 3, (o)
#define TURN32_4(o) TURN32(o), TURN32((o) + 4), TURN32((o) + 8), TURN32((o) + 12)
INLINE v32 blake3_ror8(v32 x) { return (v32)SHUFFLE(v8, (v8)x, (v8)x, ALL(TURN32_4)); }
#define BLAKE3_ROR8(x) blake3_ror8(x)
#endif
#define BLAKE3_G(a, b, c, d, x, y)                                                     \
	EACH(                                                                          \
		v[a][s] += v[b][s] + w[x][s]; v[d][s] = ROR32(v[d][s] ^ v[a][s], 16);  \
		v[c][s] += v[d][s];           v[b][s] = ROR32(v[b][s] ^ v[c][s], 12);  \
		v[a][s] += v[b][s] + w[y][s]; v[d][s] = BLAKE3_ROR8(v[d][s] ^ v[a][s]); \
		v[c][s] += v[d][s];           v[b][s] = ROR32(v[b][s] ^ v[c][s], 7);   \
	)
#define BLAKE3_ROUND(i0, i1, i2, i3, i4, i5, i6, i7, i8, i9, i10, i11, i12, i13, i14, i15) \
	BLAKE3_G(0, 4, 8, 12, i0, i1)                                                  \
	BLAKE3_G(1, 5, 9, 13, i2, i3)                                                  \
	BLAKE3_G(2, 6, 10, 14, i4, i5)                                                 \
	BLAKE3_G(3, 7, 11, 15, i6, i7)                                                 \
	BLAKE3_G(0, 5, 10, 15, i8, i9)                                                 \
	BLAKE3_G(1, 6, 11, 12, i10, i11)                                               \
	BLAKE3_G(2, 7, 8, 13, i12, i13)                                                \
	BLAKE3_G(3, 4, 9, 14, i14, i15)
#endif

TARGET static void NAME(union state *states, const uint8_t *buffer, const struct message *messages, size_t blocks)
{
	enum { COUNTER = 8, FLAGS = 10, FIRST, LAST, LENGTH, WORDS };
	static const uint32_t iv[4] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a};
	const uint8_t *p[STREAMS * LANES32];
	v32 v[16][STREAMS], w[16][STREAMS], in[WORDS][STREAMS];

	for (int i = 0; i < STREAMS * LANES32; i++) {
		p[i] = buffer + messages[i].offset;
		for (int j = 0; j < WORDS; j++)
			((uint32_t *)in[j])[i] = states[messages[i].state].w32[j];
	}
	for (size_t at = 0, i = 0; i < blocks; i++, at += 64) {
		for (int j = 0; j < 4; j++)
			EACH(WORDS32(&w[4 * j][s], STREAMS, &p[s * LANES32], at + 16 * j, keep);)
		EACH(
			for (int j = 0; j < 8; j++)
				v[j][s] = in[j][s];
			for (int j = 0; j < 4; j++)
				v[8 + j][s] = (v32){0} + iv[j];
			v[12][s] = in[COUNTER][s];
			v[13][s] = in[COUNTER + 1][s];
			v[14][s] = i == blocks - 1 ? in[LENGTH][s] : (v32){0} + 64;
			v[15][s] = in[FLAGS][s];
			if (i == 0)
				v[15][s] |= in[FIRST][s];
			if (i == blocks - 1)
				v[15][s] |= in[LAST][s];
		)
		BLAKE3_ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
		BLAKE3_ROUND(2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
		BLAKE3_ROUND(3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1)
		BLAKE3_ROUND(10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6)
		BLAKE3_ROUND(12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4)
		BLAKE3_ROUND(9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7)
		BLAKE3_ROUND(11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13)
		EACH(
			for (int j = 0; j < 8; j++)
				in[j][s] = v[j][s] ^ v[8 + j][s];
		)
	}
	for (int i = 0; i < STREAMS * LANES32; i++)
		for (int j = 0; j < 8; j++)
			states[messages[i].state].w32[j] = ((uint32_t *)in[j])[i];
}

#undef NAME
