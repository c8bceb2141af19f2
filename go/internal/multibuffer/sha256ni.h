// SHA-256 (FIPS 180-4, 6.2) of STREAMS messages with the CPU's SHA instructions. Each
// instruction does two rounds. A state is in two registers, A B E F and C D G H. A
// template: the includer defines NAME and STREAMS.

#ifndef SHA256NI_ROUNDS
#define SHA256NI_ROUNDS
// Rounds 4i ... 4i+3, and the words of the schedule that later rounds need.
#define SHA256NI(i, w0, w1, w2, w3)                                                  \
	EACH(                                                                        \
		if ((i) < 4)                                                         \
			w0[s] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(p[s] + at) + (i) % 4), reverse); \
		__m128i k = _mm_add_epi32(w0[s], _mm_load_si128((const __m128i *)sha256_k + (i))); \
		cdgh[s] = _mm_sha256rnds2_epu32(cdgh[s], abef[s], k);                \
		if ((i) >= 3 && (i) <= 14)                                           \
			w1[s] = _mm_sha256msg2_epu32(_mm_add_epi32(w1[s], _mm_alignr_epi8(w0[s], w3[s], 4)), w0[s]); \
		abef[s] = _mm_sha256rnds2_epu32(abef[s], cdgh[s], _mm_shuffle_epi32(k, 0x0e)); \
		if ((i) >= 1 && (i) <= 12)                                           \
			w3[s] = _mm_sha256msg1_epu32(w3[s], w0[s]);                  \
	)
#define SHA256NI_4(i)                     \
	SHA256NI(i, w0, w1, w2, w3)       \
	SHA256NI((i) + 1, w1, w2, w3, w0) \
	SHA256NI((i) + 2, w2, w3, w0, w1) \
	SHA256NI((i) + 3, w3, w0, w1, w2)
#endif

TARGET static void NAME(union state *states, const uint8_t *buffer, const struct message *messages, size_t blocks)
{
	const __m128i reverse = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	const uint8_t *p[STREAMS];
	__m128i *h[STREAMS];
	__m128i abef[STREAMS], cdgh[STREAMS], abef_before[STREAMS], cdgh_before[STREAMS];
	__m128i w0[STREAMS], w1[STREAMS], w2[STREAMS], w3[STREAMS];

	EACH(
		p[s] = buffer + messages[s].offset;
		h[s] = (__m128i *)&states[messages[s].state];
		__m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128(h[s]), 0x1b);
		__m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128(h[s] + 1), 0x1b);
		abef[s] = _mm_unpackhi_epi64(efgh, abcd);
		cdgh[s] = _mm_unpacklo_epi64(efgh, abcd);
	)
	for (size_t at = 0; blocks-- > 0; at += 64) {
		EACH(abef_before[s] = abef[s]; cdgh_before[s] = cdgh[s];)
		SHA256NI_4(0)
		SHA256NI_4(4)
		SHA256NI_4(8)
		SHA256NI_4(12)
		EACH(
			abef[s] = _mm_add_epi32(abef[s], abef_before[s]);
			cdgh[s] = _mm_add_epi32(cdgh[s], cdgh_before[s]);
		)
	}
	EACH(
		_mm_storeu_si128(h[s], _mm_shuffle_epi32(_mm_unpackhi_epi64(cdgh[s], abef[s]), 0x1b));
		_mm_storeu_si128(h[s] + 1, _mm_shuffle_epi32(_mm_unpacklo_epi64(cdgh[s], abef[s]), 0x1b));
	)
}

#undef NAME
