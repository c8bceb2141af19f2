// Runs a command and prints what the system counted for it.
//
// Usage: launch DIRECTORY OUTPUT ERRORS COMMAND [ARGUMENT]...
// Prints: wall ns, CPU us, peak memory in KiB (of the largest process), exit status.
//
// A child begins with the peak memory of the process that started it. That is why a
// small program must start the commands, and not Python.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static long long micros(struct timeval t) { return t.tv_sec * 1000000LL + t.tv_usec; }

static void redirect(const char *path, int flags, int to) {
    int fd = open(path, flags, 0600);
    if (fd < 0 || dup2(fd, to) < 0) {
        perror(path);
        _exit(126);
    }
    close(fd);
}

static void become(char **arguments) {
    if (chdir(arguments[1]) != 0) {
        perror(arguments[1]);
        _exit(126);
    }
    redirect("/dev/null", O_RDONLY, 0);
    redirect(arguments[2], O_WRONLY | O_CREAT | O_TRUNC, 1);
    redirect(arguments[3], O_WRONLY | O_CREAT | O_TRUNC, 2);
    execvp(arguments[4], arguments + 4);
    perror(arguments[4]);
    _exit(127);
}

int main(int count, char **arguments) {
    if (count < 5) return 2;
    long long started = now();
    pid_t child = fork();
    if (child == 0) become(arguments);
    int status;
    struct rusage used;
    if (child < 0 || wait4(child, &status, 0, &used) != child) {
        perror("launch");
        return 2;
    }
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    printf("%lld %lld %ld %d\n", now() - started, micros(used.ru_utime) + micros(used.ru_stime), used.ru_maxrss, code);
    return 0;
}
