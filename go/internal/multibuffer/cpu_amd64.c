//go:build cgo

// This file does not use __builtin_cpu_supports, which needs the compiler's runtime
// library. Not every compiler has one.
#include <cpuid.h>
#include <x86intrin.h>

#include "kernel.h"

// kept returns the registers that the operating system saves for each thread.
static uint64_t kept(void)
{
	uint32_t low, high;
	__asm__(".byte 0x0f, 0x01, 0xd0" /* xgetbv */ : "=a"(low), "=d"(high) : "c"(0));
	return (uint64_t)high << 32 | low;
}

void checksig_detect(void)
{
	enum { YMM = 0x6, ZMM = 0xe6 }; // with the smaller registers that they extend
	uint32_t a, b, c, d, b7 = 0;
	uint64_t registers = 0;

	if (!__get_cpuid(1, &a, &b, &c, &d))
		return;
	if (c & 1u << 27 /* OSXSAVE */)
		registers = kept();
	if (!__get_cpuid_count(7, 0, &a, &b7, &a, &d))
		b7 = 0;

	if (b7 & bit_SHA && c & bit_SSE4_1 && c & bit_SSSE3)
		checksig_add(checksig_shani);
	if (c & bit_SSSE3)
		checksig_add(checksig_ssse3);
	if ((registers & YMM) == YMM && b7 & bit_AVX2)
		checksig_add(checksig_avx2);
#ifdef CHECKSIG_EMULATE_AVX512
	checksig_add(checksig_avx512);
#else
	if ((registers & ZMM) == ZMM && b7 & bit_AVX512F && b7 & bit_AVX512BW && b7 & bit_AVX512VL)
		checksig_add(checksig_avx512);
#endif
}

uint64_t checksig_ticks(void) { return __rdtsc(); }
