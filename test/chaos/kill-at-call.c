/*
 * Counts the calls that change files and ends the process with SIGKILL right before call number KILL_AT_CALL, of all calls or of the kind
 * that KILL_AT_KIND names.
 * Loaded with LD_PRELOAD. Counting begins when the process opens a file named `kill-at-call.arm` (any folder; it need not exist), ends at
 * `kill-at-call.disarm`, and what was counted is then in the file that KILL_AT_CALL_REPORT names: one line per kind, `name calls`.
 * Writes count on regular files alone: sockets, pipes and event counters tell nothing about what survives.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { WRITE, PWRITE, WRITEV, FSYNC, FDATASYNC, RENAME, UNLINK, TRUNCATE, CREATE, MKDIR, RMDIR, LINK, KINDS };
static const char *const names[KINDS] = {"write", "pwrite", "writev", "fsync", "fdatasync", "rename", "unlink", "truncate", "create", "mkdir", "rmdir", "link"};
static atomic_long calls, per_kind[KINDS];
static atomic_int armed;
static long deadly;
static int deadly_kind; /* KINDS: any */

#define real(type, name, ...) ((type(*)(__VA_ARGS__))next(name))
static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

static void count(enum kind kind) {
  if (!atomic_load(&armed)) return;
  long of_kind = atomic_fetch_add(&per_kind[kind], 1) + 1;
  long of_all = atomic_fetch_add(&calls, 1) + 1;
  if (deadly_kind == KINDS ? of_all == deadly : deadly_kind == (int)kind && of_kind == deadly) kill(getpid(), SIGKILL);
}

static int is_file(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}
static void count_file(enum kind kind, int fd) {
  if (atomic_load(&armed) && is_file(fd)) count(kind);
}

static void arm(void) {
  const char *at = getenv("KILL_AT_CALL");
  const char *of = getenv("KILL_AT_KIND");
  deadly = at ? atol(at) : 0;
  deadly_kind = KINDS;
  for (int kind = 0; of && kind < KINDS; kind++) if (strcmp(of, names[kind]) == 0) deadly_kind = kind;
  atomic_store(&calls, 0);
  for (int kind = 0; kind < KINDS; kind++) atomic_store(&per_kind[kind], 0);
  atomic_store(&armed, 1);
}
static void disarm(void) {
  const char *path = getenv("KILL_AT_CALL_REPORT");
  atomic_store(&armed, 0);
  FILE *report = path ? fopen(path, "w") : NULL;
  if (!report) return;
  for (int kind = 0; kind < KINDS; kind++) fprintf(report, "%s %ld\n", names[kind], atomic_load(&per_kind[kind]));
  fclose(report);
}

__attribute__((constructor)) static void begin(void) {
  if (getenv("KILL_AT_CALL_FROM_START")) arm();
}

static int ends_with(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}
static void before_open(const char *path, int flags) {
  if (ends_with(path, "/kill-at-call.arm")) arm();
  else if (ends_with(path, "/kill-at-call.disarm")) disarm();
  else if (flags & 0100 /* O_CREAT */) count(CREATE);
}
#define mode_of(flags) \
  mode_t mode = 0; \
  if (flags & (0100 | 020000000)) { va_list list; va_start(list, flags); mode = va_arg(list, mode_t); va_end(list); }

int open(const char *path, int flags, ...) { mode_of(flags) before_open(path, flags); return real(int, "open", const char *, int, ...)(path, flags, mode); }
int open64(const char *path, int flags, ...) { mode_of(flags) before_open(path, flags); return real(int, "open64", const char *, int, ...)(path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { mode_of(flags) before_open(path, flags); return real(int, "openat", int, const char *, int, ...)(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { mode_of(flags) before_open(path, flags); return real(int, "openat64", int, const char *, int, ...)(at, path, flags, mode); }

ssize_t write(int fd, const void *from, size_t bytes) { count_file(WRITE, fd); return real(ssize_t, "write", int, const void *, size_t)(fd, from, bytes); }
ssize_t pwrite(int fd, const void *from, size_t bytes, off_t at) { count_file(PWRITE, fd); return real(ssize_t, "pwrite", int, const void *, size_t, off_t)(fd, from, bytes, at); }
ssize_t pwrite64(int fd, const void *from, size_t bytes, off64_t at) { count_file(PWRITE, fd); return real(ssize_t, "pwrite64", int, const void *, size_t, off64_t)(fd, from, bytes, at); }
ssize_t writev(int fd, const struct iovec *parts, int n) { count_file(WRITEV, fd); return real(ssize_t, "writev", int, const struct iovec *, int)(fd, parts, n); }
ssize_t pwritev(int fd, const struct iovec *parts, int n, off_t at) { count_file(WRITEV, fd); return real(ssize_t, "pwritev", int, const struct iovec *, int, off_t)(fd, parts, n, at); }
int fsync(int fd) { count(FSYNC); return real(int, "fsync", int)(fd); }
int fdatasync(int fd) { count(FDATASYNC); return real(int, "fdatasync", int)(fd); }
int ftruncate(int fd, off_t bytes) { count_file(TRUNCATE, fd); return real(int, "ftruncate", int, off_t)(fd, bytes); }
int ftruncate64(int fd, off64_t bytes) { count_file(TRUNCATE, fd); return real(int, "ftruncate64", int, off64_t)(fd, bytes); }
int truncate(const char *path, off_t bytes) { count(TRUNCATE); return real(int, "truncate", const char *, off_t)(path, bytes); }
int rename(const char *from, const char *to) { count(RENAME); return real(int, "rename", const char *, const char *)(from, to); }
int renameat(int a, const char *from, int b, const char *to) { count(RENAME); return real(int, "renameat", int, const char *, int, const char *)(a, from, b, to); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) { count(RENAME); return real(int, "renameat2", int, const char *, int, const char *, unsigned)(a, from, b, to, flags); }
int unlink(const char *path) { count(UNLINK); return real(int, "unlink", const char *)(path); }
int unlinkat(int at, const char *path, int flags) { count(UNLINK); return real(int, "unlinkat", int, const char *, int)(at, path, flags); }
int remove(const char *path) { count(UNLINK); return real(int, "remove", const char *)(path); }
int rmdir(const char *path) { count(RMDIR); return real(int, "rmdir", const char *)(path); }
int mkdir(const char *path, mode_t mode) { count(MKDIR); return real(int, "mkdir", const char *, mode_t)(path, mode); }
int mkdirat(int at, const char *path, mode_t mode) { count(MKDIR); return real(int, "mkdirat", int, const char *, mode_t)(at, path, mode); }
int link(const char *from, const char *to) { count(LINK); return real(int, "link", const char *, const char *)(from, to); }
int symlink(const char *from, const char *to) { count(LINK); return real(int, "symlink", const char *, const char *)(from, to); }

/* ClickHouse renames through this one. */
long syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  long a = va_arg(list, long), b = va_arg(list, long), c = va_arg(list, long), d = va_arg(list, long), e = va_arg(list, long), f = va_arg(list, long);
  va_end(list);
  if (number == SYS_renameat2) count(RENAME);
  return real(long, "syscall", long, ...)(number, a, b, c, d, e, f);
}
