//go:build cgo

#include "kernel.h"

#if defined(__linux__)
#include <sys/auxv.h>
#elif defined(_WIN32)
#include <windows.h>
#endif

// has_sha returns whether the CPU has instructions for SHA-1 and SHA-256. Systems
// other than these don't report it to programs.
static int has_sha(void)
{
#if defined(__linux__)
	enum { CAP_SHA1 = 1 << 5, CAP_SHA2 = 1 << 6 }; // Documentation/arch/arm64/elf_hwcaps.rst of Linux
	return (getauxval(AT_HWCAP) & (CAP_SHA1 | CAP_SHA2)) == (CAP_SHA1 | CAP_SHA2);
#elif defined(__APPLE__)
	return 1; // all of Apple's 64-bit CPUs have them
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
	checksig_add(checksig_neon); // all 64-bit CPUs have NEON
}

uint64_t checksig_ticks(void)
{
	uint64_t ticks;
	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
	return ticks;
}
