// Vectors of WIDTH bytes, 16, 32 or 64, for the templates md5.h, sha1.h, sha2.h and
// blake3.h.
// The includer defines WIDTH and TARGET, an attribute of functions. It also defines
// NATIVE_AVX2 or NATIVE_AVX512 to use better instructions than the compiler finds.
#include "kernel.h"

typedef uint8_t v8 __attribute__((vector_size(WIDTH)));
typedef uint32_t v32 __attribute__((vector_size(WIDTH)));
typedef uint64_t v64 __attribute__((vector_size(WIDTH)));

#define LANES32 (WIDTH / 4)
#define LANES64 (WIDTH / 8)
#define ROWS (WIDTH / 16) // parts of 16 bytes in a vector

// SHUFFLE selects elements by index. The elements of the second operand come after
// those of the first. REPEAT repeats indices within 16 bytes for all ROWS.
#if defined(__clang__) || __GNUC__ >= 12
#define SHUFFLE(type, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(type, a, b, ...) __builtin_shuffle(a, b, (type){__VA_ARGS__})
#endif

#define IN4(o, a, b, c, d) (a) + (o), (b) + (o), (c) + (o), (d) + (o)
#define IN2(o, a, b) (a) + (o), (b) + (o)
#if WIDTH == 16
#define REPEAT4(a, b, c, d) IN4(0, a, b, c, d)
#define REPEAT2(a, b) IN2(0, a, b)
#elif WIDTH == 32
#define REPEAT4(a, b, c, d) IN4(0, a, b, c, d), IN4(4, a, b, c, d)
#define REPEAT2(a, b) IN2(0, a, b), IN2(2, a, b)
#else
#define REPEAT4(a, b, c, d) IN4(0, a, b, c, d), IN4(4, a, b, c, d), IN4(8, a, b, c, d), IN4(12, a, b, c, d)
#define REPEAT2(a, b) IN2(0, a, b), IN2(2, a, b), IN2(4, a, b), IN2(6, a, b)
#endif

// swap reverses the bytes of each word, because SHA is big-endian.
#define BYTES4(o) (o) + 3, (o) + 2, (o) + 1, (o)
#define BYTES8(o) (o) + 7, (o) + 6, (o) + 5, (o) + 4, BYTES4(o)
#define SWAP32(o) BYTES4(o), BYTES4((o) + 4), BYTES4((o) + 8), BYTES4((o) + 12)
#define SWAP64(o) BYTES8(o), BYTES8((o) + 8)
#if WIDTH == 16
#define ALL(m) m(0)
#elif WIDTH == 32
#define ALL(m) m(0), m(16)
#else
#define ALL(m) m(0), m(16), m(32), m(48)
#endif
INLINE v8 swap32(v8 x) { return SHUFFLE(v8, x, x, ALL(SWAP32)); }
INLINE v8 swap64(v8 x) { return SHUFFLE(v8, x, x, ALL(SWAP64)); }
INLINE v8 keep(v8 x) { return x; }

// Rotations by whole bytes.
#define HALVES(o) (o) + 2, (o) + 3, (o), (o) + 1
#define SWAP16(o) HALVES(o), HALVES((o) + 4), HALVES((o) + 8), HALVES((o) + 12)
#define TURN(o) (o) + 1, (o) + 2, (o) + 3, (o) + 4, (o) + 5, (o) + 6, (o) + 7, (o)
#define TURN8(o) TURN(o), TURN((o) + 8)
INLINE v8 swap16(v8 x) { return SHUFFLE(v8, x, x, ALL(SWAP16)); }
INLINE v8 turn8(v8 x) { return SHUFFLE(v8, x, x, ALL(TURN8)); }

// Without an instruction for rotations, these use few shifts, because CPUs have fewer
// units for shifts than for additions and shuffles.
#if defined(NATIVE_AVX512)
#define ROL32(x, n) ((v32)_mm512_rol_epi32((__m512i)(x), n))
#define ROR64(x, n) ((v64)_mm512_ror_epi64((__m512i)(x), n))
#define ROL32_ADD(x, n, y) (ROL32(x, n) + (y))
#else
#define ROL32(x, n) \
	((n) == 16 ? (v32)swap16((v8)(x)) : ((n) == 1 ? (x) + (x) : (x) << (n)) | (x) >> (32 - (n)))
#define ROR64(x, n) ((n) == 8 ? (v64)turn8((v8)(x)) : (x) >> (n) | (x) << (64 - (n)))
#define ROL32_ADD(x, n, y) ((n) == 16 ? ROL32(x, n) + (y) : ((y) + ((x) << (n))) + ((x) >> (32 - (n))))
#endif
#define ROR32(x, n) ROL32(x, 32 - (n))

// Functions of three words. AVX-512 has one instruction for all of them. Its table is
// a byte with the results for x y z = 111, 110, ... 000.
#if WIDTH == 64
#if defined(NATIVE_AVX512)
#define TERNARY(type, x, y, z, table) \
	((type)_mm512_ternarylogic_epi64((__m512i)(x), (__m512i)(y), (__m512i)(z), table))
#else
#define TERM(x, y, z, table, row) \
	((table) >> (row) & 1 ? ((row) & 4 ? (x) : ~(x)) & ((row) & 2 ? (y) : ~(y)) & ((row) & 1 ? (z) : ~(z)) : (x) ^ (x))
#define TERNARY(type, x, y, z, table) \
	(TERM(x, y, z, table, 0) | TERM(x, y, z, table, 1) | TERM(x, y, z, table, 2) | TERM(x, y, z, table, 3) | \
	 TERM(x, y, z, table, 4) | TERM(x, y, z, table, 5) | TERM(x, y, z, table, 6) | TERM(x, y, z, table, 7))
#endif
#define CHOOSE(type, x, y, z) TERNARY(type, x, y, z, 0xCA)   // x ? y : z
#define MAJORITY(type, x, y, z) TERNARY(type, x, y, z, 0xE8) // of the three bits
#define PARITY(type, x, y, z) TERNARY(type, x, y, z, 0x96)
#define XOR_AND_NOT(type, x, y, z) TERNARY(type, x, y, z, 0xB4) // x ^ (y & ~z)
#else
#define CHOOSE(type, x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define MAJORITY(type, x, y, z) (((x) & (y)) | ((z) & ((x) | (y))))
#define PARITY(type, x, y, z) ((x) ^ (y) ^ (z))
#define XOR_AND_NOT(type, x, y, z) ((x) ^ ((y) & ~(z)))
#endif

// APART keeps the compiler from reordering additions, so that early values are added
// early. HIDE keeps it from knowing what a pointer points to.
#if WIDTH == 16 && defined(__aarch64__)
#define APART(v) __asm__("" : "+w"(v))
#elif WIDTH == 64
#define APART(v)
#else
#define APART(v) __asm__("" : "+x"(v))
#endif
#define HIDE(p) __asm__ volatile("" : "+r"(p))

// gather loads 16 bytes from each of ROWS pointers, step pointers apart, into a vector.
#if defined(NATIVE_AVX512)
#define ROW(i) _mm_loadu_si128((const __m128i *)(p[(i) * step] + at))
INLINE v8 gather(const uint8_t *const *p, size_t step, size_t at)
{
	__m512i v = _mm512_castsi128_si512(ROW(0));
	v = _mm512_inserti32x4(v, ROW(1), 1);
	v = _mm512_inserti32x4(v, ROW(2), 2);
	return (v8)_mm512_inserti32x4(v, ROW(3), 3);
}
#elif defined(NATIVE_AVX2)
#define ROW(i) _mm_loadu_si128((const __m128i *)(p[(i) * step] + at))
INLINE v8 gather(const uint8_t *const *p, size_t step, size_t at)
{
	return (v8)_mm256_inserti128_si256(_mm256_castsi128_si256(ROW(0)), ROW(1), 1);
}
#else
INLINE v8 gather(const uint8_t *const *p, size_t step, size_t at)
{
	v8 v;
	for (int i = 0; i < ROWS; i++)
		__builtin_memcpy((uint8_t *)&v + 16 * i, p[i * step] + at, 16);
	return v;
}
#endif

// WORDS32 loads the four words at each of p[0] ... p[LANES32-1] + at into four vectors,
// one message per lane. Lanes i, i+4, i+8 and i+12 are loaded together, because shuffles
// within 16 bytes are cheapest. stride is the distance of the vectors in out.
#define WORDS32(out, stride, p, at, swap)                                       \
	do {                                                                    \
		v32 r0 = (v32)swap(gather(p, 4, at));                           \
		v32 r1 = (v32)swap(gather(p + 1, 4, at));                       \
		v32 r2 = (v32)swap(gather(p + 2, 4, at));                       \
		v32 r3 = (v32)swap(gather(p + 3, 4, at));                       \
		v64 t0 = (v64)SHUFFLE(v32, r0, r1, REPEAT4L(0, 1));             \
		v64 t1 = (v64)SHUFFLE(v32, r2, r3, REPEAT4L(0, 1));             \
		v64 t2 = (v64)SHUFFLE(v32, r0, r1, REPEAT4L(2, 3));             \
		v64 t3 = (v64)SHUFFLE(v32, r2, r3, REPEAT4L(2, 3));             \
		(out)[0] = (v32)SHUFFLE(v64, t0, t1, REPEAT2(0, LANES64));      \
		(out)[stride] = (v32)SHUFFLE(v64, t0, t1, REPEAT2(1, LANES64 + 1)); \
		(out)[2 * (stride)] = (v32)SHUFFLE(v64, t2, t3, REPEAT2(0, LANES64)); \
		(out)[3 * (stride)] = (v32)SHUFFLE(v64, t2, t3, REPEAT2(1, LANES64 + 1)); \
	} while (0)
#define REPEAT4L(a, b) REPEAT4(a, (a) + LANES32, b, (b) + LANES32)

// WORDS64 does the same for the two words at each of p[0] ... p[LANES64-1] + at.
#define WORDS64(out, stride, p, at, swap)                                       \
	do {                                                                    \
		v64 r0 = (v64)swap(gather(p, 2, at));                           \
		v64 r1 = (v64)swap(gather(p + 1, 2, at));                       \
		(out)[0] = SHUFFLE(v64, r0, r1, REPEAT2(0, LANES64));           \
		(out)[stride] = SHUFFLE(v64, r0, r1, REPEAT2(1, LANES64 + 1));  \
	} while (0)
