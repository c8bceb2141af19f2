// MD5 (RFC 1321, 3.4) of STREAMS * LANES32 messages: a template for vector.h.
// The includer defines NAME and STREAMS.

#ifndef MD5_STEP
// Constants stored as vectors in memory need no shuffle.
#if WIDTH == 16
#define MD5_K(k) {k, k, k, k}
static const v32 md5_k[64] = {
#elif WIDTH == 32
#define MD5_K(k) {k, k, k, k, k, k, k, k}
static const v32 md5_k[64] = {
#else // an AVX-512 addition broadcasts a single word
#define MD5_K(k) k
static const uint32_t md5_k[64] = {
#endif
	MD5_K(0xd76aa478), MD5_K(0xe8c7b756), MD5_K(0x242070db), MD5_K(0xc1bdceee),
	MD5_K(0xf57c0faf), MD5_K(0x4787c62a), MD5_K(0xa8304613), MD5_K(0xfd469501),
	MD5_K(0x698098d8), MD5_K(0x8b44f7af), MD5_K(0xffff5bb1), MD5_K(0x895cd7be),
	MD5_K(0x6b901122), MD5_K(0xfd987193), MD5_K(0xa679438e), MD5_K(0x49b40821),
	MD5_K(0xf61e2562), MD5_K(0xc040b340), MD5_K(0x265e5a51), MD5_K(0xe9b6c7aa),
	MD5_K(0xd62f105d), MD5_K(0x02441453), MD5_K(0xd8a1e681), MD5_K(0xe7d3fbc8),
	MD5_K(0x21e1cde6), MD5_K(0xc33707d6), MD5_K(0xf4d50d87), MD5_K(0x455a14ed),
	MD5_K(0xa9e3e905), MD5_K(0xfcefa3f8), MD5_K(0x676f02d9), MD5_K(0x8d2a4c8a),
	MD5_K(0xfffa3942), MD5_K(0x8771f681), MD5_K(0x6d9d6122), MD5_K(0xfde5380c),
	MD5_K(0xa4beea44), MD5_K(0x4bdecfa9), MD5_K(0xf6bb4b60), MD5_K(0xbebfbc70),
	MD5_K(0x289b7ec6), MD5_K(0xeaa127fa), MD5_K(0xd4ef3085), MD5_K(0x04881d05),
	MD5_K(0xd9d4d039), MD5_K(0xe6db99e5), MD5_K(0x1fa27cf8), MD5_K(0xc4ac5665),
	MD5_K(0xf4292244 - 1), MD5_K(0x432aff97 - 1), MD5_K(0xab9423a7 - 1), MD5_K(0xfc93a039 - 1),
	MD5_K(0x655b59c3 - 1), MD5_K(0x8f0ccc92 - 1), MD5_K(0xffeff47d - 1), MD5_K(0x85845dd1 - 1),
	MD5_K(0x6fa87e4f - 1), MD5_K(0xfe2ce6e0 - 1), MD5_K(0xa3014314 - 1), MD5_K(0x4e0811a1 - 1),
	MD5_K(0xf7537e82 - 1), MD5_K(0xbd3af235 - 1), MD5_K(0x2ad7d2bb - 1), MD5_K(0xeb86d391 - 1),
};

// The functions F, G, H and I, each added to t, which is available early. Of the
// arguments, x is available last. The two terms of G have no bit in common, and one
// doesn't need x. J is the same function as H, but y ^ z in one is x ^ y in the other
// one step earlier. I is ~(y ^ (z & ~x)), and ~i is -i - 1; the 1 is in the constants.
#define MD5_F(t, x, y, z) CHOOSE(v32, x, y, z) + (t)
#if WIDTH == 64
#define MD5_G(t, x, y, z) CHOOSE(v32, z, x, y) + (t)
#define MD5_H(t, x, y, z) PARITY(v32, x, y, z) + (t)
#define MD5_J(t, x, y, z) PARITY(v32, x, y, z) + (t)
#else
#define MD5_G(t, x, y, z) ((x) & (z)) + (((y) & ~(z)) + (t))
#define MD5_H(t, x, y, z) ((x) ^ ((y) ^ (z))) + (t)
#define MD5_J(t, x, y, z) (((x) ^ (y)) ^ (z)) + (t)
#endif
#define MD5_I(t, x, y, z) (t) - XOR_AND_NOT(v32, y, z, x)

#define MD5_STEP(f, a, b, c, d, i, n, j)                             \
	EACH(                                                        \
		v32 t = (a[s] + w[i][s]) + k[j];                     \
		APART(t);                                            \
		t = MD5_##f(t, b[s], c[s], d[s]);                    \
		a[s] = ROL32_ADD(t, n, b[s]);                        \
	)
#define MD5_4(f, g, n0, n1, n2, n3, j, i0, i1, i2, i3)               \
	MD5_STEP(f, a, b, c, d, i0, n0, j)                           \
	MD5_STEP(g, d, a, b, c, i1, n1, (j) + 1)                     \
	MD5_STEP(f, c, d, a, b, i2, n2, (j) + 2)                     \
	MD5_STEP(g, b, c, d, a, i3, n3, (j) + 3)
#endif

TARGET static void NAME(union state *states, const uint8_t *buffer, const struct message *messages, size_t blocks)
{
	const uint8_t *p[STREAMS * LANES32];
	v32 a[STREAMS], b[STREAMS], c[STREAMS], d[STREAMS];
	v32 w[16][STREAMS], before[4][STREAMS];

	for (int i = 0; i < STREAMS * LANES32; i++) {
		p[i] = buffer + messages[i].offset;
		for (int j = 0; j < 4; j++)
			((uint32_t *)before[j])[i] = states[messages[i].state].w32[j];
	}
	for (size_t at = 0; blocks-- > 0; at += 64) {
#if WIDTH == 64
		const uint32_t *k = md5_k;
#else
		const v32 *k = md5_k;
#endif
		HIDE(k);
		for (int j = 0; j < 4; j++)
			EACH(WORDS32(&w[4 * j][s], STREAMS, &p[s * LANES32], at + 16 * j, keep);)
		EACH(a[s] = before[0][s]; b[s] = before[1][s]; c[s] = before[2][s]; d[s] = before[3][s];)
		MD5_4(F, F, 7, 12, 17, 22, 0, 0, 1, 2, 3)
		MD5_4(F, F, 7, 12, 17, 22, 4, 4, 5, 6, 7)
		MD5_4(F, F, 7, 12, 17, 22, 8, 8, 9, 10, 11)
		MD5_4(F, F, 7, 12, 17, 22, 12, 12, 13, 14, 15)
		MD5_4(G, G, 5, 9, 14, 20, 16, 1, 6, 11, 0)
		MD5_4(G, G, 5, 9, 14, 20, 20, 5, 10, 15, 4)
		MD5_4(G, G, 5, 9, 14, 20, 24, 9, 14, 3, 8)
		MD5_4(G, G, 5, 9, 14, 20, 28, 13, 2, 7, 12)
		MD5_4(J, H, 4, 11, 16, 23, 32, 5, 8, 11, 14)
		MD5_4(J, H, 4, 11, 16, 23, 36, 1, 4, 7, 10)
		MD5_4(J, H, 4, 11, 16, 23, 40, 13, 0, 3, 6)
		MD5_4(J, H, 4, 11, 16, 23, 44, 9, 12, 15, 2)
		MD5_4(I, I, 6, 10, 15, 21, 48, 0, 7, 14, 5)
		MD5_4(I, I, 6, 10, 15, 21, 52, 12, 3, 10, 1)
		MD5_4(I, I, 6, 10, 15, 21, 56, 8, 15, 6, 13)
		MD5_4(I, I, 6, 10, 15, 21, 60, 4, 11, 2, 9)
		EACH(before[0][s] += a[s]; before[1][s] += b[s]; before[2][s] += c[s]; before[3][s] += d[s];)
	}
	for (int i = 0; i < STREAMS * LANES32; i++)
		for (int j = 0; j < 4; j++)
			states[messages[i].state].w32[j] = ((uint32_t *)before[j])[i];
}

#undef NAME
