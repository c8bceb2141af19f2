// SHA-1 (FIPS 180-4, 6.1) of STREAMS messages with the CPU's SHA instructions. Each
// instruction does four rounds. A register holds four words of a state or of the
// schedule, the first one in the most significant place. A template: the includer
// defines NAME and STREAMS.

#ifndef SHA1NI_ROUNDS
#define SHA1NI_ROUNDS
// Rounds 4i ... 4i+3, and the words of the schedule that later rounds need. e is the
// fifth word of the state for these rounds, e_next is the one for the next rounds.
#define SHA1NI(i, e, e_next, w0, w1, w2, w3)                                         \
	EACH(                                                                        \
		if ((i) < 4)                                                         \
			w0[s] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(p[s] + at) + (i) % 4), reverse); \
		e[s] = (i) == 0 ? _mm_add_epi32(e[s], w0[s]) : _mm_sha1nexte_epu32(e[s], w0[s]); \
		e_next[s] = abcd[s];                                                 \
		if ((i) >= 3 && (i) <= 18)                                           \
			w1[s] = _mm_sha1msg2_epu32(w1[s], w0[s]);                    \
		abcd[s] = _mm_sha1rnds4_epu32(abcd[s], e[s], (i) / 5);               \
		if ((i) >= 1 && (i) <= 16)                                           \
			w3[s] = _mm_sha1msg1_epu32(w3[s], w0[s]);                    \
		if ((i) >= 2 && (i) <= 17)                                           \
			w2[s] = _mm_xor_si128(w2[s], w0[s]);                         \
	)
#define SHA1NI_4(i)                               \
	SHA1NI(i, e0, e1, w0, w1, w2, w3)         \
	SHA1NI((i) + 1, e1, e0, w1, w2, w3, w0)   \
	SHA1NI((i) + 2, e0, e1, w2, w3, w0, w1)   \
	SHA1NI((i) + 3, e1, e0, w3, w0, w1, w2)
#endif

TARGET static void NAME(union state *states, const uint8_t *buffer, const struct message *messages, size_t blocks)
{
	const __m128i reverse = _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);
	const uint8_t *p[STREAMS];
	uint32_t *h[STREAMS];
	__m128i abcd[STREAMS], e0[STREAMS], e1[STREAMS], abcd_before[STREAMS], e_before[STREAMS];
	__m128i w0[STREAMS], w1[STREAMS], w2[STREAMS], w3[STREAMS];

	EACH(
		p[s] = buffer + messages[s].offset;
		h[s] = states[messages[s].state].w32;
		abcd[s] = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)h[s]), 0x1b);
		e0[s] = _mm_set_epi32(h[s][4], 0, 0, 0);
	)
	for (size_t at = 0; blocks-- > 0; at += 64) {
		EACH(abcd_before[s] = abcd[s]; e_before[s] = e0[s];)
		SHA1NI_4(0)
		SHA1NI_4(4)
		SHA1NI_4(8)
		SHA1NI_4(12)
		SHA1NI_4(16)
		EACH(
			e0[s] = _mm_sha1nexte_epu32(e0[s], e_before[s]);
			abcd[s] = _mm_add_epi32(abcd[s], abcd_before[s]);
		)
	}
	EACH(
		_mm_storeu_si128((__m128i *)h[s], _mm_shuffle_epi32(abcd[s], 0x1b));
		h[s][4] = _mm_extract_epi32(e0[s], 3);
	)
}

#undef NAME
