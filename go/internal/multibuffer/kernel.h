// Declarations that the kernels share: how Go passes messages, and how C lists the
// kernels. Internal to this package.
#ifndef CHECKSIG_KERNEL_H
#define CHECKSIG_KERNEL_H

#include <stddef.h>
#include <stdint.h>

// The same as State and Message in Go. kernels_cgo.go compares them at compile time.
union state {
	uint32_t w32[16];
	uint64_t w64[8];
};

struct message {
	uint64_t offset;
	uint32_t state;
	uint32_t unused;
};

// A kernel processes this number of blocks of each message. The number of messages is
// exactly its number of lanes. Several of them may be the same message, because all
// states are read before any is written.
typedef void checksig_kernel(union state *states, const uint8_t *buffer, const struct message *messages, size_t blocks);

// The same as Family in Go.
enum { MD5, SHA1, SHA256, SHA512, BLAKE3 };

struct checksig_entry {
	const char *name;
	int family;
	int lanes;
	checksig_kernel *run; // NULL ends a table
};

// checksig_table returns the kernels that this CPU and operating system can run. The
// first call must not be concurrent with others.
enum { MAX_KERNELS = 32 };
const struct checksig_entry *checksig_table(void);

// checksig_run runs a kernel, given its index in the table.
void checksig_run(int entry, union state *states, const uint8_t *buffer, const struct message *messages, size_t blocks);

// checksig_ticks returns the time in ticks of the CPU.
uint64_t checksig_ticks(void);

// checksig_detect adds the kernels that the CPU can run to the table.
void checksig_detect(void);
void checksig_add(const struct checksig_entry *from);

// The kernels of each kind, from separate files.
extern const struct checksig_entry checksig_shani[], checksig_ssse3[], checksig_avx2[], checksig_avx512[], checksig_neon[], checksig_armsha[];

// EACH repeats statements for each stream of a kernel. The instructions of the streams
// are interleaved: with only one stream, the core would wait for the result of the
// previous instruction.
#define EACH1(...) { enum { s = 0 }; __VA_ARGS__ }
#define EACH2(...) EACH1(__VA_ARGS__) { enum { s = 1 }; __VA_ARGS__ }
#define EACH3(...) EACH2(__VA_ARGS__) { enum { s = 2 }; __VA_ARGS__ }
#define EACH4(...) EACH3(__VA_ARGS__) { enum { s = 3 }; __VA_ARGS__ }
#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)
#define EACH(...) { JOIN(EACH, STREAMS)(__VA_ARGS__) }

// GCC for Windows aligns the stack to only 16 bytes, which breaks vectors of 32 bytes
// (https://gcc.gnu.org/bugzilla/show_bug.cgi?id=54412), so it builds no AVX kernels.
#if defined(_WIN32) && !defined(__clang__)
#define STACK_OF_16
#endif

#define INLINE static inline __attribute__((always_inline, unused)) TARGET

#endif
