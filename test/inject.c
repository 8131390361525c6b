/*
 * A library to be preloaded into a program under test: the N-th call of a kind
 * fails, once.
 *
 *   LD_PRELOAD=build/inject.so INJECT="fsync 3" build/db-insert ...
 *
 * INJECT="CALL N [ERROR]"
 *     CALL   read, write, fsync, rename, fstatat, unlink, openat, connect, send
 *            or recv, and with each the calls of its kind: pread, fdatasync,
 *            open, stat ...; getaddrinfo, socket, bind, poll, fcntl, signalfd,
 *            fork, mmap; in inject-memory.so malloc, which is calloc and
 *            realloc too
 *     ERROR  the name of an errno; EIO if none is given. A call that fails is
 *            not made. SHORT: a write succeeds with half of its bytes. HANG:
 *            it does not return
 * INJECT_IN=TEXT
 *     calls on files whose path does not contain the text do not count
 * INJECT_LOG=FILE
 *     each call that counts is a line "CALL PATH" of FILE: their number says
 *     which N there are. It may be set without INJECT.
 *
 * The processes that a program forks count together. AddressSanitizer wants to
 * be the first library: with a gcc build set
 * ASAN_OPTIONS=verify_asan_link_order=0. This library itself is built without
 * sanitizers.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "preload.h"

enum call {
	READ,
	WRITE,
	FSYNC,
	RENAME,
	FSTATAT,
	UNLINK,
	OPENAT,
	CONNECT,
	SEND,
	RECV,
	GETADDRINFO,
	SOCKET,
	BIND,
	POLL,
	FCNTL,
	SIGNALFD,
	FORK,
	MMAP,
	MALLOC,
	CALLS
};

static const char *const names[CALLS] = {
	[READ] = "read",
	[WRITE] = "write",
	[FSYNC] = "fsync",
	[RENAME] = "rename",
	[FSTATAT] = "fstatat",
	[UNLINK] = "unlink",
	[OPENAT] = "openat",
	[CONNECT] = "connect",
	[SEND] = "send",
	[RECV] = "recv",
	[GETADDRINFO] = "getaddrinfo",
	[SOCKET] = "socket",
	[BIND] = "bind",
	[POLL] = "poll",
	[FCNTL] = "fcntl",
	[SIGNALFD] = "signalfd",
	[FORK] = "fork",
	[MMAP] = "mmap",
	[MALLOC] = "malloc",
};

static enum call planned = CALLS;
static unsigned long number;
static int error = EIO;
static bool is_short, hangs;
static const char *only_in;
static int log_file = -1;
static atomic_ulong *counts; /* shared with the processes that are forked */

static void fail_usage(const char *word)
{
	fprintf(stderr, "INJECT: unknown: %s\n", word);
	exit(64);
}

static void read_plan(const char *text)
{
	char call[16] = "", name[32] = "EIO";

	sscanf(text, "%15s %lu %31s", call, &number, name);
	planned = READ;
	while (planned < CALLS && strcmp(call, names[planned]) != 0)
		planned++;
	if (planned == CALLS || number == 0)
		fail_usage(text);
	is_short = planned == WRITE && strcmp(name, "SHORT") == 0;
	hangs = strcmp(name, "HANG") == 0;
	if (is_short || hangs)
		return;
	for (error = 1; error < 200; error++) {
		const char *known = strerrorname_np(error);

		if (known && strcmp(known, name) == 0)
			return;
	}
	fail_usage(name);
}

__attribute__((constructor)) static void start(void)
{
	const char *file = getenv("INJECT_LOG");

	counts = mmap(NULL, CALLS * sizeof *counts, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	only_in = getenv("INJECT_IN");
	if (file)
		log_file = (int)syscall(SYS_openat, AT_FDCWD, file,
			O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	if (getenv("INJECT"))
		read_plan(getenv("INJECT"));
}

/* Whether this call is the one that fails; then errno is set. */
static bool fails(enum call call, const char *path)
{
	char line[PATH_MAX + 32];
	int kept = errno, length;
	unsigned long count;

	if (!counts || counts == MAP_FAILED ||
		(only_in && !strstr(path, only_in)))
		return false;
	count = ++counts[call];
	if (log_file >= 0) {
		length = snprintf(
			line, sizeof line, "%s %s\n", names[call], path);
		syscall(SYS_write, log_file, line, (size_t)length);
	}
	errno = kept;
	if (call != planned || count != number)
		return false;
	while (hangs)
		pause();
	errno = error;
	return true;
}

static bool fails_on(enum call call, int fd)
{
	char path[PATH_MAX];
	int kept = errno;

	path_of(fd, path);
	errno = kept;
	return fails(call, path);
}

/* A path as it was given, behind that of the directory it is relative to. */
static bool fails_at(enum call call, int directory, const char *name)
{
	char path[2 * PATH_MAX] = "";
	int kept = errno;
	size_t used;

	if (*name != '/' && directory != AT_FDCWD)
		path_of(directory, path);
	used = strlen(path);
	snprintf(
		path + used, sizeof path - used, "%s%s", used ? "/" : "", name);
	errno = kept;
	return fails(call, path);
}

/* --- the calls ------------------------------------------------------------ */

/* With 64 bits of time, which this library is built with as the programs are,
 * a processor of 32 bits has another struct stat, and functions for it. */
#if __TIMESIZE == 64
#define STAT(name) name "64"
#else
#define STAT(name) "__" name "64_time64"
#endif

/* Declares "real", which is the function of libc. */
#define REAL(result, name, ...) \
	result (*real)(__VA_ARGS__); \
	*(void **)&real = dlsym(RTLD_NEXT, name)

ssize_t read(int fd, void *bytes, size_t count)
{
	REAL(ssize_t, "read", int, void *, size_t);
	return fails_on(READ, fd) ? -1 : real(fd, bytes, count);
}

ssize_t pread(int fd, void *bytes, size_t count, off_t offset)
{
	REAL(ssize_t, "pread64", int, void *, size_t, off_t);
	return fails_on(READ, fd) ? -1 : real(fd, bytes, count, offset);
}

ssize_t write(int fd, const void *bytes, size_t count)
{
	REAL(ssize_t, "write", int, const void *, size_t);
	if (fails_on(WRITE, fd))
		return is_short ? real(fd, bytes, count / 2) : -1;
	return real(fd, bytes, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset)
{
	REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t);
	if (fails_on(WRITE, fd))
		return is_short ? real(fd, bytes, count / 2, offset) : -1;
	return real(fd, bytes, count, offset);
}

int fsync(int fd)
{
	REAL(int, "fsync", int);
	return fails_on(FSYNC, fd) ? -1 : real(fd);
}

int fdatasync(int fd)
{
	REAL(int, "fdatasync", int);
	return fails_on(FSYNC, fd) ? -1 : real(fd);
}

int rename(const char *from, const char *to)
{
	REAL(int, "rename", const char *, const char *);
	return fails_at(RENAME, AT_FDCWD, to) ? -1 : real(from, to);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	REAL(int, "renameat", int, const char *, int, const char *);
	return fails_at(RENAME, to_dir, to) ? -1
					    : real(from_dir, from, to_dir, to);
}

int fstat(int fd, struct stat *status)
{
	REAL(int, STAT("fstat"), int, struct stat *);
	return fails_on(FSTATAT, fd) ? -1 : real(fd, status);
}

int stat(const char *path, struct stat *status)
{
	REAL(int, STAT("stat"), const char *, struct stat *);
	return fails_at(FSTATAT, AT_FDCWD, path) ? -1 : real(path, status);
}

int fstatat(int directory, const char *path, struct stat *status, int flags)
{
	REAL(int, STAT("fstatat"), int, const char *, struct stat *, int);
	return fails_at(FSTATAT, directory, path)
		? -1
		: real(directory, path, status, flags);
}

int unlink(const char *path)
{
	REAL(int, "unlink", const char *);
	return fails_at(UNLINK, AT_FDCWD, path) ? -1 : real(path);
}

int unlinkat(int directory, const char *path, int flags)
{
	REAL(int, "unlinkat", int, const char *, int);
	return fails_at(UNLINK, directory, path) ? -1
						 : real(directory, path, flags);
}

static mode_t mode_of(int flags, va_list arguments)
{
	return flags & O_CREAT ? (mode_t)va_arg(arguments, int) : 0;
}

int open(const char *path, int flags, ...)
{
	REAL(int, "open64", const char *, int, ...);
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = mode_of(flags, arguments);
	va_end(arguments);
	return fails_at(OPENAT, AT_FDCWD, path) ? -1 : real(path, flags, mode);
}

int openat(int directory, const char *path, int flags, ...)
{
	REAL(int, "openat64", int, const char *, int, ...);
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = mode_of(flags, arguments);
	va_end(arguments);
	return fails_at(OPENAT, directory, path)
		? -1
		: real(directory, path, flags, mode);
}

int connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t size)
{
	REAL(int, "connect", int, __CONST_SOCKADDR_ARG, socklen_t);
	return fails_on(CONNECT, fd) ? -1 : real(fd, address, size);
}

ssize_t send(int fd, const void *bytes, size_t count, int flags)
{
	REAL(ssize_t, "send", int, const void *, size_t, int);
	return fails_on(SEND, fd) ? -1 : real(fd, bytes, count, flags);
}

ssize_t recv(int fd, void *bytes, size_t count, int flags)
{
	REAL(ssize_t, "recv", int, void *, size_t, int);
	return fails_on(RECV, fd) ? -1 : real(fd, bytes, count, flags);
}

int getaddrinfo(const char *name, const char *service,
	const struct addrinfo *hints, struct addrinfo **result)
{
	REAL(int, "getaddrinfo", const char *, const char *,
		const struct addrinfo *, struct addrinfo **);
	return fails(GETADDRINFO, name ? name : "")
		? EAI_AGAIN
		: real(name, service, hints, result);
}

int socket(int domain, int type, int protocol)
{
	REAL(int, "socket", int, int, int);
	return fails(SOCKET, "") ? -1 : real(domain, type, protocol);
}

int bind(int fd, __CONST_SOCKADDR_ARG address, socklen_t size)
{
	REAL(int, "bind", int, __CONST_SOCKADDR_ARG, socklen_t);
	return fails_on(BIND, fd) ? -1 : real(fd, address, size);
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	REAL(int, "poll", struct pollfd *, nfds_t, int);
	return fails(POLL, "") ? -1 : real(fds, count, timeout);
}

int fcntl(int fd, int command, ...)
{
	REAL(int, "fcntl64", int, int, ...);
	va_list arguments;
	long argument;

	va_start(arguments, command);
	argument = va_arg(arguments, long);
	va_end(arguments);
	return fails_on(FCNTL, fd) ? -1 : real(fd, command, argument);
}

int signalfd(int fd, const sigset_t *signals, int flags)
{
	REAL(int, "signalfd", int, const sigset_t *, int);
	return fails(SIGNALFD, "") ? -1 : real(fd, signals, flags);
}

pid_t fork(void)
{
	REAL(pid_t, "fork", void);
	return fails(FORK, "") ? -1 : real();
}

void *mmap(
	void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
	REAL(void *, "mmap64", void *, size_t, int, int, int, off_t);
	return fails(MMAP, "") ? MAP_FAILED
			       : real(at, size, protection, flags, fd, offset);
}

/* --- memory --------------------------------------------------------------- */

/* A library of its own: a sanitizer wants this memory to be its own. */
#ifdef INJECT_MEMORY

/* dlsym() may need memory itself. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

void *malloc(size_t size)
{
	return fails(MALLOC, "") ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails(MALLOC, "") ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
	return fails(MALLOC, "") ? NULL : __libc_realloc(memory, size);
}
#endif
