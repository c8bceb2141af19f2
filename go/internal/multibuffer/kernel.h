// What the kernels share: how Go passes messages, and how C says which kernels
// there are. Nothing in here is used from outside of the package.
#ifndef CHECKSIG_KERNEL_H
#define CHECKSIG_KERNEL_H

#include <stddef.h>
#include <stdint.h>

// As in Go: State, Message. kernels_cgo.go compares them when it is compiled.
union state {
	uint32_t w32[16];
	uint64_t w64[8];
};

struct message {
	uint64_t offset;
	uint32_t state;
	uint32_t unused;
};

// A kernel takes so many blocks into the states of exactly as many messages as
// it has lanes. Messages may be the same one: all states are read before any is
// written.
typedef void checksig_kernel(union state *states, const uint8_t *buffer, const struct message *messages, size_t blocks);

// As in Go: Family.
enum { MD5, SHA1, SHA256, SHA512 };

struct checksig_entry {
	const char *name;
	int family;
	int lanes;
	checksig_kernel *run; // NULL ends a table
};

// checksig_table lists the kernels that this CPU, under this operating system,
// can run. Not to be called by two threads at once the first time.
enum { MAX_KERNELS = 32 };
const struct checksig_entry *checksig_table(void);

// checksig_run runs one of them, by its place in the table.
void checksig_run(int entry, union state *states, const uint8_t *buffer, const struct message *messages, size_t blocks);

// checksig_ticks counts time in a unit of the CPU's.
uint64_t checksig_ticks(void);

// checksig_detect finds out what the CPU can run, and adds it to the table.
void checksig_detect(void);
void checksig_add(const struct checksig_entry *from);

// The kernels of each kind, each in a file of its own.
extern const struct checksig_entry checksig_shani[], checksig_avx2[], checksig_avx512[], checksig_neon[], checksig_armsha[];

// EACH repeats statements for each of a kernel's streams: vectors, or pairs of
// registers, whose instructions take turns, since one stream would leave the
// core waiting for the result of its last instruction.
#define EACH1(...) { enum { s = 0 }; __VA_ARGS__ }
#define EACH2(...) EACH1(__VA_ARGS__) { enum { s = 1 }; __VA_ARGS__ }
#define EACH3(...) EACH2(__VA_ARGS__) { enum { s = 2 }; __VA_ARGS__ }
#define EACH4(...) EACH3(__VA_ARGS__) { enum { s = 3 }; __VA_ARGS__ }
#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)
#define EACH(...) { JOIN(EACH, STREAMS)(__VA_ARGS__) }

// GCC for Windows keeps vectors of 32 bytes on a stack that it can align to 16 only
// (https://gcc.gnu.org/bugzilla/show_bug.cgi?id=54412), so it builds no AVX.
#if defined(_WIN32) && !defined(__clang__)
#define STACK_OF_16
#endif

#define INLINE static inline __attribute__((always_inline, unused)) TARGET

#endif
