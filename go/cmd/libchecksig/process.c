#include <stdint.h>
#include <stdlib.h>

// checksig_process is the ID of the process that loaded this library. It is 0 in a
// forked child, where the threads that the library needs do not exist. It is a
// variable, so that reading it calls nothing.

#if defined(_WIN32)

#include <windows.h>

#define EXPORTED __declspec(dllexport)

EXPORTED volatile int64_t checksig_process;

static int64_t this_process(void) { return GetCurrentProcessId(); }
static void when_forked(void) {}

#else

#include <pthread.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

EXPORTED volatile int64_t checksig_process;

static int64_t this_process(void) { return getpid(); }
static void forget(void) { checksig_process = 0; }
static void when_forked(void) { pthread_atfork(0, 0, forget); }

#endif

__attribute__((constructor)) static void remember(void) {
	checksig_process = this_process();
	when_forked();
}

// main.go describes checksig_free and checksig_clear. They are in C because a call
// into Go would take longer than the functions themselves.

EXPORTED void checksig_free(void *text) { free(text); }

EXPORTED void checksig_clear(char **text) {
	free(*text);
	*text = NULL;
}
