/*
 * A library to be preloaded into db-insert under test: at a named step both of
 * its processes are killed, or one of them, or its connection to the server is
 * cut.
 *
 *   LD_PRELOAD=build/kill.so KILL_AT="before commit 3" build/db-insert ...
 *
 * KILL_AT="[alone|cut] WHEN STEP N"
 *     WHEN  before   the N-th call of the step is not made any more
 *           within   half of the bytes of a write or a send are passed on
 *           after    the call has returned
 *     STEP  one of the names below
 *     alone only the process that makes the step is killed, and only once
 *     cut   in place of a kill: the socket of a send is shut down; "after"
 *           waits for the server's answer and throws it away
 * KILL_LOG=FILE
 *     each step is a line of FILE as soon as its call has succeeded, but for
 *     what the processes say to each other
 *
 * System calls are made directly where they are the same on every machine, so
 * that it does not matter which other library was to answer. AddressSanitizer
 * wants to be the first library: with a gcc build set
 * ASAN_OPTIONS=verify_asan_link_order=0. This library itself is built without
 * sanitizers.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload.h"

/* Milliseconds that an answer of the server may take. */
#define PATIENCE 10000

enum when { BEFORE, WITHIN, AFTER };

enum step {
	WRITE,		 /* to a segment of the spool */
	SYNC,		 /* of a segment */
	INSERT,		 /* mysql_stmt_execute */
	COMMIT,		 /* mysql_commit */
	CHECKPOINT,	 /* write to checkpoint.new */
	SYNC_CHECKPOINT, /* of checkpoint.new */
	RENAME,		 /* to checkpoint */
	SYNC_DIRECTORY,	 /* of a spool */
	UNLINK,		 /* of a segment */
	REJECT,		 /* write to the file of refused records */
	SEND,		 /* to the server */
	SEND_COMMIT,	 /* the same within mysql_commit, counted apart */
	REPORT,		 /* to the process that reads */
	ANSWER,		 /* to the one that delivers */
	STEPS,
	OTHER = STEPS,
};

static const char *const step_names[STEPS] = {
	[WRITE] = "write",
	[SYNC] = "sync",
	[INSERT] = "insert",
	[COMMIT] = "commit",
	[CHECKPOINT] = "checkpoint",
	[SYNC_CHECKPOINT] = "sync-checkpoint",
	[RENAME] = "rename",
	[SYNC_DIRECTORY] = "sync-directory",
	[UNLINK] = "unlink",
	[REJECT] = "reject",
	[SEND] = "send",
	[SEND_COMMIT] = "send-commit",
	[REPORT] = "report",
	[ANSWER] = "answer",
};

static const char *const when_names[] = {
	[BEFORE] = "before",
	[WITHIN] = "within",
	[AFTER] = "after",
};

static struct {
	bool cut, alone;
	enum when when;
	enum step step;
	unsigned long number; /* 0: never */
} plan;

static atomic_ulong counts[STEPS];
static int log_file = -1;
static pid_t first;	    /* process of db-insert */
static atomic_bool *struck; /* shared by its processes */
static _Thread_local bool is_committing;

/* libmariadb's, whose headers this library does not need. */
int mysql_stmt_execute(void *statement);
char mysql_commit(void *connection);

/* --- what the environment asks for ---------------------------------------- */

static int find(const char *word, const char *const *words, int count)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(word, words[i]) == 0)
			return i;
	}
	fprintf(stderr, "KILL_AT: unknown: %s\n", word);
	exit(64);
}

__attribute__((constructor)) static void start(void)
{
	const char *text = getenv("KILL_AT");
	const char *file = getenv("KILL_LOG");
	char when[16] = "", step[32] = "";

	if (file)
		log_file = open(
			file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	first = getpid();
	struck = mmap(NULL, sizeof *struck, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!text || struck == MAP_FAILED)
		return;
	plan.cut = strncmp(text, "cut ", 4) == 0;
	plan.alone = strncmp(text, "alone ", 6) == 0;
	if (plan.cut || plan.alone)
		text = strchr(text, ' ') + 1;
	sscanf(text, "%15s %31s %lu", when, step, &plan.number);
	plan.when = (enum when)find(when, when_names, AFTER + 1);
	plan.step = (enum step)find(step, step_names, STEPS);
}

/* --- the blow ------------------------------------------------------------- */

/* What the server answered, if anything, is never seen. */
static void lose_answer(int socket)
{
	struct pollfd wait = { .fd = socket, .events = POLLIN };
	char answer[4096];

	poll(&wait, 1, PATIENCE);
	while (recv(socket, answer, sizeof answer, MSG_DONTWAIT) > 0)
		continue;
}

static void strike(int socket)
{
	if (!plan.cut) {
		if (!plan.alone)
			kill(first, SIGKILL);
		kill(getpid(), SIGKILL);
		for (;;)
			pause();
	}
	if (plan.when == AFTER)
		lose_answer(socket);
	shutdown(socket, SHUT_RDWR);
}

/* Counts a call of the step; whether it is the one that was asked for. */
static bool begin(enum step step, int fd)
{
	bool is_it;

	if (step == OTHER)
		return false;
	is_it = ++counts[step] == plan.number && step == plan.step &&
		!atomic_exchange(struck, true);
	if (is_it && plan.when == BEFORE)
		strike(fd);
	return is_it;
}

static void note(enum step step)
{
	char line[32];
	int length;

	if (log_file < 0 || step == REPORT || step == ANSWER)
		return;
	length = snprintf(line, sizeof line, "%s\n", step_names[step]);
	syscall(SYS_write, log_file, line, (size_t)length);
}

static void end(enum step step, int fd, bool is_it, bool succeeded)
{
	int kept = errno;

	if (step != OTHER && succeeded)
		note(step);
	if (is_it && plan.when == AFTER)
		strike(fd);
	errno = kept;
}

/* --- which file it is ----------------------------------------------------- */

static enum step written(int fd)
{
	char path[PATH_MAX];
	const char *name;
	int kept = errno;

	path_of(fd, path);
	errno = kept;
	name = base_name(path);
	if (is_segment(name))
		return WRITE;
	if (strcmp(name, "checkpoint.new") == 0)
		return CHECKPOINT;
	return strcmp(name, "rejected") == 0 ? REJECT : OTHER;
}

static enum step synced(int fd)
{
	enum step step = written(fd);
	char path[PATH_MAX];

	if (step == WRITE)
		return SYNC;
	if (step == CHECKPOINT)
		return SYNC_CHECKPOINT;
	path_of(fd, path);
	return is_spool(path) ? SYNC_DIRECTORY : OTHER;
}

/* --- the calls ------------------------------------------------------------ */

ssize_t write(int fd, const void *bytes, size_t count)
{
	enum step step = written(fd);
	bool is_it = begin(step, fd);
	ssize_t n;

	if (is_it && plan.when == WITHIN) {
		syscall(SYS_write, fd, bytes, count / 2);
		strike(fd);
	}
	n = syscall(SYS_write, fd, bytes, count);
	end(step, fd, is_it, n >= 0);
	return n;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset)
{
	ssize_t (*real)(int, const void *, size_t, off_t);
	enum step step = written(fd);
	bool is_it = begin(step, fd);
	ssize_t n;

	*(void **)&real = dlsym(RTLD_NEXT, "pwrite64");
	if (is_it && plan.when == WITHIN) {
		real(fd, bytes, count / 2, offset);
		strike(fd);
	}
	n = real(fd, bytes, count, offset);
	end(step, fd, is_it, n >= 0);
	return n;
}

/* The processes speak in packets, the server does not. */
static enum step sent(int fd)
{
	int type = SOCK_STREAM;
	socklen_t size = sizeof type;

	getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size);
	if (type == SOCK_SEQPACKET)
		return getpid() == first ? ANSWER : REPORT;
	return is_committing ? SEND_COMMIT : SEND;
}

ssize_t send(int fd, const void *bytes, size_t count, int flags)
{
	enum step step = sent(fd);
	bool is_it = begin(step, fd);
	ssize_t n;

	if (is_it && plan.when == WITHIN) {
		syscall(SYS_sendto, fd, bytes, count / 2, flags, NULL, 0);
		strike(fd);
	}
	n = syscall(SYS_sendto, fd, bytes, count, flags, NULL, 0);
	end(step, fd, is_it, n >= 0);
	return n;
}

static int sync_by(long call, int fd)
{
	enum step step = synced(fd);
	bool is_it = begin(step, fd);
	int result = (int)syscall(call, fd);

	end(step, fd, is_it, result == 0);
	return result;
}

int fsync(int fd)
{
	return sync_by(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return sync_by(SYS_fdatasync, fd);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	bool is_checkpoint = strcmp(base_name(to), "checkpoint") == 0;
	enum step step = is_checkpoint ? RENAME : OTHER;
	bool is_it = begin(step, -1);
	int result = (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 0);

	end(step, -1, is_it, result == 0);
	return result;
}

int unlinkat(int dir, const char *path, int flags)
{
	enum step step = is_segment(base_name(path)) ? UNLINK : OTHER;
	bool is_it = begin(step, -1);
	int result = (int)syscall(SYS_unlinkat, dir, path, flags);

	end(step, -1, is_it, result == 0);
	return result;
}

int mysql_stmt_execute(void *statement)
{
	int (*real)(void *);
	bool is_it = begin(INSERT, -1);
	int result;

	*(void **)&real = dlsym(RTLD_NEXT, "mysql_stmt_execute");
	result = real(statement);
	end(INSERT, -1, is_it, result == 0);
	return result;
}

char mysql_commit(void *connection)
{
	char (*real)(void *);
	bool is_it = begin(COMMIT, -1);
	char result;

	*(void **)&real = dlsym(RTLD_NEXT, "mysql_commit");
	is_committing = true;
	result = real(connection);
	is_committing = false;
	end(COMMIT, -1, is_it, result == 0);
	return result;
}
