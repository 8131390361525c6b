/*
 * A library to be preloaded into a process under test: its time runs faster.
 *
 *   LD_PRELOAD=build/accelerate.so ACCELERATE=100 build/bt-poll ...
 *
 * ACCELERATE=N        all clocks but those of processor time run N times as
 *                     fast, from the start of the process on; all time-outs
 *                     are as much shorter
 *   ACCELERATE_ELAPSED=FILE
 *                     at its end the process writes there how many ms it ran,
 *                     by its own clock
 *   ACCELERATE_OFFSET=FILE
 *                     the wall clock is ahead by the milliseconds that FILE
 *                     holds, looked at each time: a test writes the file to
 *                     make the clock jump; no file is no offset
 *   ACCELERATE_BOOTED=FILE
 *                     as long as there is this file, the system has just
 *                     started and the kernel's clock is not synchronised;
 *                     else it always is
 *
 * A busy machine's delays would be N times as long, too. So the clock does not
 * run while this process waits for a processor, nor while the one at the other
 * end of its socket does; and a time-out does not end while that one is about
 * to run.
 *
 * Wall clocks of processes that were not started together differ by N times
 * the time between their starts. Descendants share the clock of the process
 * that they were forked from until they execute another program.
 *
 * Covered: clock_gettime, poll, ppoll, nanosleep, clock_nanosleep, usleep,
 * sleep, adjtimex (reading). Not covered: select, epoll_wait, alarm, timers,
 * time-outs of sockets, gettimeofday, time; threads.
 *
 * System calls are made directly, so that it does not matter which other
 * library was to answer. AddressSanitizer wants to be the first library: with
 * a gcc build set ASAN_OPTIONS=verify_asan_link_order=0. This library itself
 * is built without sanitizers.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

/* The calls that take 64-bit times. */
#ifdef SYS_clock_gettime64
#define CLOCK_GETTIME SYS_clock_gettime64
#define PPOLL SYS_ppoll_time64
#else
#define CLOCK_GETTIME SYS_clock_gettime
#define PPOLL SYS_ppoll
#endif

#define SECOND INT64_C(1000000000)
#define MS INT64_C(1000000)
#define US INT64_C(1000)
/* The kernel's set of signals, in bytes. */
#define SIGNALS_SIZE 8
/* Longest that is counted with, so that nothing overflows: 100 years. */
#define EVER (INT64_C(36500) * 86400 * SECOND)
#define NEVER INT64_MAX
/* Of this part of the time the clock always runs, so that nothing waits without
 * end. */
#define ALWAYS 16

/* How often a wait goes on for a peer that was about to run. */
#define TRIES 10

/* A process, and how long it has waited for a processor, in ns. */
struct task {
	pid_t pid;
	int64_t delay;
};

static int64_t factor = 1;
static int64_t start_wall;
static int64_t start_monotonic;
static const char *offset_file, *booted_file, *elapsed_file;
static pid_t first_process;
static struct task self, peer;
/* us that the clock did not run, of a process and its descendants. */
static _Atomic uint32_t *held;

static int64_t to_ns(const struct timespec *time)
{
	if (time->tv_sec > EVER / SECOND)
		return EVER;
	return (int64_t)time->tv_sec * SECOND + time->tv_nsec;
}

static struct timespec to_timespec(int64_t ns)
{
	return (struct timespec){
		.tv_sec = (time_t)(ns / SECOND),
		.tv_nsec = (long)(ns % SECOND),
	};
}

static int64_t real_ns(clockid_t clock)
{
	struct timespec now = { 0 };

	syscall(CLOCK_GETTIME, clock, &now);
	return to_ns(&now);
}

/* A duration of the process in the world's time, rounded up: what ends too
 * early would be waited for again and again. */
static int64_t shorten(int64_t ns)
{
	return (ns + factor - 1) / factor;
}

static void read_text(const char *path, char *text, size_t size)
{
	int fd = (int)syscall(
		SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
	ssize_t n = fd < 0 ? 0 : syscall(SYS_read, fd, text, size - 1);

	if (fd >= 0)
		syscall(SYS_close, fd);
	text[n < 0 ? 0 : n] = '\0';
}

/* --- processes that wait for a processor ---------------------------------- */

static void read_proc(pid_t pid, const char *name, char *text, size_t size)
{
	char path[128];

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	read_text(path, text, size);
}

/* Running, waiting for a processor, or for a disk. */
static bool is_busy(const struct task *task)
{
	char text[256];
	const char *end;

	if (task->pid == 0)
		return false;
	read_proc(task->pid, "stat", text, sizeof text);
	end = strrchr(text, ')');
	return end && end[1] && (end[2] == 'R' || end[2] == 'D');
}

/* ns since the last call for this process; 0 in the first one. */
static int64_t new_delay(struct task *task, pid_t pid)
{
	char text[64];
	const char *second;
	struct task before = *task;

	*task = (struct task){ pid, 0 };
	if (pid == 0)
		return 0;
	read_proc(pid, "schedstat", text, sizeof text);
	second = strchr(text, ' ');
	task->delay = second ? strtoll(second, NULL, 10) : 0;
	return before.pid == pid && task->delay > before.delay
		? task->delay - before.delay
		: 0;
}

/* The first process that was forked from this one; 0 if there is none. */
static pid_t find_child(void)
{
	char name[64], text[32];

	snprintf(name, sizeof name, "task/%d/children", (int)getpid());
	read_proc(getpid(), name, text, sizeof text);
	return (pid_t)strtol(text, NULL, 10);
}

/* The process at the other end of the first socket; 0 if there is none. A pair
 * of sockets is taken for that to a child. */
static pid_t find_peer(const struct pollfd *fds, nfds_t count)
{
	for (nfds_t i = 0; i < count; i++) {
		struct ucred of = { 0 };
		socklen_t length = sizeof of;

		if (fds[i].fd >= 0 &&
			syscall(SYS_getsockopt, fds[i].fd, SOL_SOCKET,
				SO_PEERCRED, &of, &length) == 0 &&
			of.pid > 0)
			return of.pid != getpid() ? of.pid : find_child();
	}
	return 0;
}

/* --- the time of the process, unaccelerated ------------------------------- */

/* When it was looked at last, by the world's clock and the process' own; and
 * what the program has seen of it. */
static int64_t last_real, last_own, last_seen;

static int64_t real_elapsed(void)
{
	return real_ns(CLOCK_MONOTONIC) - start_monotonic;
}

static int64_t own_elapsed(int64_t real)
{
	return real - *held * US;
}

/* Takes off what was waited for a processor since the last call. */
static void hold(void)
{
	int error = errno;
	int64_t real = real_elapsed();
	int64_t own = own_elapsed(real);
	int64_t least = last_own + (real - last_real) / ALWAYS;
	int64_t now =
		own - new_delay(&self, getpid()) - new_delay(&peer, peer.pid);

	if (now < least)
		now = least;
	if (now < last_seen)
		now = last_seen;
	atomic_fetch_add(held, (uint32_t)((own - now) / US));
	last_real = real;
	last_own = now;
	errno = error;
}

/* Nothing of what has passed since that time counts. */
static void set_back(int64_t own)
{
	int error = errno;
	int64_t real = real_elapsed();

	new_delay(&self, getpid());
	new_delay(&peer, peer.pid);
	atomic_fetch_add(held, (uint32_t)((own_elapsed(real) - own) / US));
	last_real = real;
	last_own = own;
	errno = error;
}

/* ns since the start of the process. */
static int64_t elapsed(void)
{
	int64_t real = real_elapsed();

	if (real - last_real > MS)
		hold();
	real = own_elapsed(real);
	if (real > last_seen)
		last_seen = real;
	return last_seen;
}

__attribute__((constructor)) static void start(void)
{
	const char *text = getenv("ACCELERATE");

	if (text && atol(text) > 0)
		factor = atol(text);
	offset_file = getenv("ACCELERATE_OFFSET");
	booted_file = getenv("ACCELERATE_BOOTED");
	elapsed_file = getenv("ACCELERATE_ELAPSED");
	first_process = getpid();
	held = mmap(NULL, sizeof *held, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (held == MAP_FAILED)
		abort();
	start_wall = real_ns(CLOCK_REALTIME);
	start_monotonic = real_ns(CLOCK_MONOTONIC);
	new_delay(&self, first_process);
}

__attribute__((destructor)) static void end(void)
{
	FILE *file;

	if (!elapsed_file || getpid() != first_process)
		return;
	file = fopen(elapsed_file, "we");
	if (!file)
		return;
	fprintf(file, "%lld\n", (long long)(elapsed() * factor / MS));
	fclose(file);
}

/* --- clocks --------------------------------------------------------------- */

static int64_t read_offset(void)
{
	char text[32];
	int kept = errno;

	if (!offset_file)
		return 0;
	read_text(offset_file, text, sizeof text);
	errno = kept;
	return strtoll(text, NULL, 10) * MS;
}

static bool is_wall(clockid_t clock)
{
	return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
}

static bool is_monotonic(clockid_t clock)
{
	return clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW ||
		clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_BOOTTIME;
}

static bool is_booted(void)
{
	return booted_file && access(booted_file, F_OK) == 0;
}

int adjtimex(struct timex *clock)
{
	*clock = (struct timex){ .status = is_booted() ? STA_UNSYNC : 0 };
	return is_booted() ? TIME_ERROR : TIME_OK;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	int64_t passed;

	if (clock == CLOCK_BOOTTIME && is_booted()) {
		*now = (struct timespec){ .tv_sec = 20 };
		return 0;
	}

	if (!is_wall(clock) && !is_monotonic(clock))
		return (int)syscall(CLOCK_GETTIME, clock, now);
	/* Both go by the monotonic clock: the same distance at any time. */
	passed = elapsed() * factor;
	if (is_wall(clock))
		*now = to_timespec(start_wall + passed + read_offset());
	else
		*now = to_timespec(start_monotonic + passed);
	return 0;
}

/* --- waiting -------------------------------------------------------------- */

/* What is waited for. */
struct wait {
	struct pollfd *fds;
	nfds_t count;
	const sigset_t *signals;
};

/* For so many ns of the world at most; negative is without end. */
static int call_ppoll(const struct wait *wait, int64_t ns)
{
	struct timespec most = to_timespec(ns < 0 ? 0 : ns);

	return (int)syscall(PPOLL, wait->fds, wait->count,
		ns < 0 ? NULL : &most, wait->signals, SIGNALS_SIZE);
}

/* The wait of so many ns is over. What the peer did before is there; if it is
 * about to do something, that is waited for, and half of the wait did not
 * count. */
static int wait_for_peer(const struct wait *wait, int64_t ns)
{
	int64_t half = own_elapsed(real_elapsed()) - ns / 2;
	int n = 0;

	if (!is_busy(&peer))
		return call_ppoll(wait, 0);
	for (int i = 0; n == 0 && i < 1000 && is_busy(&peer); i++)
		n = call_ppoll(wait, MS);
	set_back(half);
	return n;
}

/* Until that time of elapsed(), or without end. */
static int wait_until(const struct wait *wait, int64_t end)
{
	int64_t left = end - elapsed();
	int n;

	if (end == NEVER || left <= 0)
		return call_ppoll(wait, end == NEVER ? -1 : 0);
	for (int tries = 0;;) {
		int64_t waited = left;

		n = call_ppoll(wait, left);
		hold();
		left = end - own_elapsed(real_elapsed());
		if (n == 0 && left <= 0 && tries++ < TRIES) {
			n = wait_for_peer(wait, waited);
			left = end - own_elapsed(real_elapsed());
		}
		if (n != 0 || left <= 0)
			return n;
	}
}

static int64_t end_of(int64_t ns)
{
	return elapsed() + shorten(ns);
}

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
	const sigset_t *signals)
{
	struct wait wait = { fds, count, signals };
	pid_t pid = find_peer(fds, count);

	if (pid != peer.pid)
		new_delay(&peer, pid);
	return wait_until(&wait, timeout ? end_of(to_ns(timeout)) : NEVER);
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	struct timespec longest = to_timespec(timeout * MS);

	return ppoll(fds, count, timeout < 0 ? NULL : &longest, NULL);
}

/* --- sleeping ------------------------------------------------------------- */

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *until,
	struct timespec *left)
{
	struct wait wait = { 0 };
	struct timespec now;
	int64_t ns = to_ns(until), end;

	if (flags & TIMER_ABSTIME) {
		clock_gettime(clock, &now);
		ns -= to_ns(&now);
	}
	if (ns < 0)
		ns = 0;
	end = end_of(ns);
	if (wait_until(&wait, end) == 0)
		return 0;
	ns = (end - elapsed()) * factor;
	if (left && !(flags & TIMER_ABSTIME))
		*left = to_timespec(ns > 0 ? ns : 0);
	return errno;
}

int nanosleep(const struct timespec *duration, struct timespec *left)
{
	int error = clock_nanosleep(CLOCK_MONOTONIC, 0, duration, left);

	if (error == 0)
		return 0;
	errno = error;
	return -1;
}

int usleep(useconds_t us)
{
	struct timespec duration = to_timespec((int64_t)us * 1000);

	return nanosleep(&duration, NULL);
}

unsigned sleep(unsigned seconds)
{
	struct timespec duration = { .tv_sec = (time_t)seconds };
	struct timespec left = { 0 };

	return nanosleep(&duration, &left) == 0 ? 0 : (unsigned)left.tv_sec;
}
