//go:build cgo

#include "kernel.h"

#if defined(__linux__)
#include <sys/auxv.h>
#elif defined(_WIN32)
#include <windows.h>
#endif

// Whether the CPU has the instructions for SHA-1 and SHA-256. On other systems
// than these nothing that programs may ask says so.
static int has_sha(void)
{
#if defined(__linux__)
	enum { CAP_SHA1 = 1 << 5, CAP_SHA2 = 1 << 6 }; // Documentation/arch/arm64/elf_hwcaps.rst of Linux
	return (getauxval(AT_HWCAP) & (CAP_SHA1 | CAP_SHA2)) == (CAP_SHA1 | CAP_SHA2);
#elif defined(__APPLE__)
	return 1; // since the first with 64 bits
#elif defined(_WIN32)
	return IsProcessorFeaturePresent(30 /* PF_ARM_V8_CRYPTO_INSTRUCTIONS_AVAILABLE */);
#else
	return 0;
#endif
}

void checksig_detect(void)
{
	if (has_sha())
		checksig_add(checksig_armsha);
	checksig_add(checksig_neon); // every CPU of 64 bits has it
}

uint64_t checksig_ticks(void)
{
	uint64_t ticks;
	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
	return ticks;
}
