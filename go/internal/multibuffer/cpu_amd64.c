//go:build cgo

// What the CPU can do is asked here and not through __builtin_cpu_supports: it
// needs tables of the compiler's run-time library, which not every one brings.
#include <cpuid.h>
#include <x86intrin.h>

#include "kernel.h"

// Which registers the operating system keeps for a thread.
static uint64_t kept(void)
{
	uint32_t low, high;
	__asm__(".byte 0x0f, 0x01, 0xd0" /* xgetbv */ : "=a"(low), "=d"(high) : "c"(0));
	return (uint64_t)high << 32 | low;
}

static struct checksig_entry table[MAX_KERNELS];

static struct checksig_entry *add(struct checksig_entry *end, const struct checksig_entry *from)
{
	while (from->run && end < table + MAX_KERNELS - 1)
		*end++ = *from++;
	return end;
}

const struct checksig_entry *checksig_table(void)
{
	enum { XMM_YMM = 0x6, AND_ZMM = 0xe6 };
	uint32_t a, b, c, d, b7 = 0;
	uint64_t registers = 0;
	struct checksig_entry *end = table;

	if (!__get_cpuid(1, &a, &b, &c, &d))
		return table;
	if (c & 1u << 27 /* OSXSAVE */)
		registers = kept();
	if (!__get_cpuid_count(7, 0, &a, &b7, &a, &d))
		b7 = 0;
	(void)AND_ZMM;
	if (b7 & bit_SHA && c & bit_SSE4_1 && c & bit_SSSE3)
		end = add(end, checksig_shani);
	if ((registers & XMM_YMM) == XMM_YMM && b7 & bit_AVX2)
		end = add(end, checksig_avx2);
	(void)end;
	return table;
}

void checksig_run(int entry, union state *states, const uint8_t *buffer, const struct message *messages, size_t blocks)
{
	table[entry].run(states, buffer, messages, blocks);
}

uint64_t checksig_ticks(void) { return __rdtsc(); }
