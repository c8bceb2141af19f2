// MD5 (RFC 1321, 3.4) of STREAMS * LANES32 messages: a template for vector.h.
// The includer defines NAME and STREAMS.

#ifndef MD5_STEPS
#define MD5_STEPS
#define MD5_F(x, y, z) CHOOSE(v32, x, y, z)
#if WIDTH == 64
#define MD5_ADD_G(a, x, y, z) CHOOSE(v32, z, x, y) + (a)
#else // two terms without a bit in common: the one without x doesn't wait for the last step
#define MD5_ADD_G(a, x, y, z) ((x) & (z)) + (((y) & ~(z)) + (a))
#endif
#define MD5_ADD_F(a, x, y, z) CHOOSE(v32, x, y, z) + (a)
#define MD5_ADD_H(a, x, y, z) PARITY(v32, x, y, z) + (a)
#define MD5_ADD_I(a, x, y, z) OR_NOT(v32, x, y, z) + (a)

#define MD5_STEP(f, a, b, c, d, i, n, k) \
	EACH(a[s] = ROL32(MD5_ADD_##f((a[s] + (w[i][s] + k)), b[s], c[s], d[s]), n) + b[s];)
#define MD5_4(f, n0, n1, n2, n3, i0, k0, i1, k1, i2, k2, i3, k3) \
	MD5_STEP(f, a, b, c, d, i0, n0, k0)                      \
	MD5_STEP(f, d, a, b, c, i1, n1, k1)                      \
	MD5_STEP(f, c, d, a, b, i2, n2, k2)                      \
	MD5_STEP(f, b, c, d, a, i3, n3, k3)
#endif

TARGET static void NAME(union state *states, const uint8_t *buffer, const struct message *messages, size_t blocks)
{
	const uint8_t *p[STREAMS * LANES32];
	v32 a[STREAMS], b[STREAMS], c[STREAMS], d[STREAMS], w[16][STREAMS];
	v32 h[4][STREAMS];

	for (int i = 0; i < STREAMS * LANES32; i++) {
		p[i] = buffer + messages[i].offset;
		for (int j = 0; j < 4; j++)
			((uint32_t *)h[j])[i] = states[messages[i].state].w32[j];
	}
	EACH(a[s] = h[0][s]; b[s] = h[1][s]; c[s] = h[2][s]; d[s] = h[3][s];)
	for (size_t at = 0; blocks-- > 0; at += 64) {
		EACH(for (int j = 0; j < 4; j++) WORDS32(&w[4 * j][s], STREAMS, &p[s * LANES32], at + 16 * j, keep);)
		EACH(h[0][s] = a[s]; h[1][s] = b[s]; h[2][s] = c[s]; h[3][s] = d[s];)
		MD5_4(F, 7, 12, 17, 22, 0, 0xd76aa478, 1, 0xe8c7b756, 2, 0x242070db, 3, 0xc1bdceee)
		MD5_4(F, 7, 12, 17, 22, 4, 0xf57c0faf, 5, 0x4787c62a, 6, 0xa8304613, 7, 0xfd469501)
		MD5_4(F, 7, 12, 17, 22, 8, 0x698098d8, 9, 0x8b44f7af, 10, 0xffff5bb1, 11, 0x895cd7be)
		MD5_4(F, 7, 12, 17, 22, 12, 0x6b901122, 13, 0xfd987193, 14, 0xa679438e, 15, 0x49b40821)
		MD5_4(G, 5, 9, 14, 20, 1, 0xf61e2562, 6, 0xc040b340, 11, 0x265e5a51, 0, 0xe9b6c7aa)
		MD5_4(G, 5, 9, 14, 20, 5, 0xd62f105d, 10, 0x02441453, 15, 0xd8a1e681, 4, 0xe7d3fbc8)
		MD5_4(G, 5, 9, 14, 20, 9, 0x21e1cde6, 14, 0xc33707d6, 3, 0xf4d50d87, 8, 0x455a14ed)
		MD5_4(G, 5, 9, 14, 20, 13, 0xa9e3e905, 2, 0xfcefa3f8, 7, 0x676f02d9, 12, 0x8d2a4c8a)
		MD5_4(H, 4, 11, 16, 23, 5, 0xfffa3942, 8, 0x8771f681, 11, 0x6d9d6122, 14, 0xfde5380c)
		MD5_4(H, 4, 11, 16, 23, 1, 0xa4beea44, 4, 0x4bdecfa9, 7, 0xf6bb4b60, 10, 0xbebfbc70)
		MD5_4(H, 4, 11, 16, 23, 13, 0x289b7ec6, 0, 0xeaa127fa, 3, 0xd4ef3085, 6, 0x04881d05)
		MD5_4(H, 4, 11, 16, 23, 9, 0xd9d4d039, 12, 0xe6db99e5, 15, 0x1fa27cf8, 2, 0xc4ac5665)
		MD5_4(I, 6, 10, 15, 21, 0, 0xf4292244, 7, 0x432aff97, 14, 0xab9423a7, 5, 0xfc93a039)
		MD5_4(I, 6, 10, 15, 21, 12, 0x655b59c3, 3, 0x8f0ccc92, 10, 0xffeff47d, 1, 0x85845dd1)
		MD5_4(I, 6, 10, 15, 21, 8, 0x6fa87e4f, 15, 0xfe2ce6e0, 6, 0xa3014314, 13, 0x4e0811a1)
		MD5_4(I, 6, 10, 15, 21, 4, 0xf7537e82, 11, 0xbd3af235, 2, 0x2ad7d2bb, 9, 0xeb86d391)
		EACH(a[s] += h[0][s]; b[s] += h[1][s]; c[s] += h[2][s]; d[s] += h[3][s];)
	}
	EACH(h[0][s] = a[s]; h[1][s] = b[s]; h[2][s] = c[s]; h[3][s] = d[s];)
	for (int i = 0; i < STREAMS * LANES32; i++)
		for (int j = 0; j < 4; j++)
			states[messages[i].state].w32[j] = ((uint32_t *)h[j])[i];
}

#undef NAME
