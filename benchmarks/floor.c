// Opens, reads and closes files, and nothing else: no verifier can be faster.
//
// Usage: floor THREADS NAMES
// NAMES has one name a line. The exit status is 1 where files can't be read.
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 64, BUFFER = 256 << 10 };

static char **names;
static size_t count;
static atomic_size_t next;
static atomic_size_t failed;

// A regular file ends where a read is short: small files need one read, not two.
static void read_file(const char *name, char *buffer) {
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    ssize_t n = -1;
    while (fd >= 0 && (n = read(fd, buffer, BUFFER)) == BUFFER) {
    }
    if (n < 0) atomic_fetch_add(&failed, 1);
    if (fd >= 0) close(fd);
}

static void *work(void *unused) {
    char *buffer = malloc(BUFFER);
    if (!buffer) abort();
    for (size_t i; (i = atomic_fetch_add(&next, CHUNK)) < count;)
        for (size_t end = i + CHUNK; i < end && i < count; i++) read_file(names[i], buffer);
    free(buffer);
    return unused;
}

static void load(const char *path) {
    struct stat info;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &info) != 0) abort();
    char *text = malloc((size_t)info.st_size + 1);
    if (!text || read(fd, text, (size_t)info.st_size) != info.st_size) abort();
    close(fd);
    text[info.st_size] = 0;
    size_t lines = 0;
    for (char *p = text; *p; p++) lines += *p == '\n';
    names = malloc((lines + 1) * sizeof *names);
    if (!names) abort();
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) names[count++] = line;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    load(argv[2]);
    int threads = atoi(argv[1]);
    pthread_t *running = malloc((size_t)threads * sizeof *running);
    if (!running) abort();
    for (int i = 0; i < threads; i++)
        if (pthread_create(&running[i], NULL, work, NULL) != 0) abort();
    for (int i = 0; i < threads; i++) pthread_join(running[i], NULL);
    return failed != 0;
}
