/*
 * A library to be preloaded into a process under test: its time runs faster.
 *
 *   LD_PRELOAD=build/accelerate.so ACCELERATE=100 build/bt-poll ...
 *
 * ACCELERATE=N        all clocks but those of processor time run N times as
 *                     fast, from the start of the process on; all time-outs
 *                     are as much shorter
 *   ACCELERATE_OFFSET=FILE
 *                     the wall clock is ahead by the milliseconds that FILE
 *                     holds, looked at each time: a test writes the file to
 *                     make the clock jump; no file is no offset
 *   ACCELERATE_BOOTED=FILE
 *                     as long as there is this file, the system has just
 *                     started and the kernel's clock is not synchronised;
 *                     else it always is
 *
 * Wall clocks of processes that were not started together differ by N times
 * the time between their starts. Descendants keep the clock of the process
 * that they were forked from until they execute another program.
 *
 * Covered: clock_gettime, poll, ppoll, select, epoll_wait, nanosleep,
 * clock_nanosleep, usleep, sleep, adjtimex (reading). Not covered: alarm,
 * timers, time-outs of sockets, gettimeofday, time.
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
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

/* The calls that take 64-bit times. */
#ifdef SYS_clock_gettime64
#define CLOCK_GETTIME SYS_clock_gettime64
#define PPOLL SYS_ppoll_time64
#define PSELECT SYS_pselect6_time64
#define CLOCK_NANOSLEEP SYS_clock_nanosleep_time64
#else
#define CLOCK_GETTIME SYS_clock_gettime
#define PPOLL SYS_ppoll
#define PSELECT SYS_pselect6
#define CLOCK_NANOSLEEP SYS_clock_nanosleep
#endif

#define SECOND INT64_C(1000000000)
#define MS INT64_C(1000000)
/* The kernel's set of signals, in bytes. */
#define SIGNALS_SIZE 8
/* Longest that is counted with, so that nothing overflows: 100 years. */
#define EVER (INT64_C(36500) * 86400 * SECOND)

static int64_t factor = 1;
static int64_t start_wall;
static int64_t start_monotonic;
static const char *offset_file, *booted_file;

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

__attribute__((constructor)) static void start(void)
{
	const char *text = getenv("ACCELERATE");

	if (text && atol(text) > 0)
		factor = atol(text);
	offset_file = getenv("ACCELERATE_OFFSET");
	booted_file = getenv("ACCELERATE_BOOTED");
	start_wall = real_ns(CLOCK_REALTIME);
	start_monotonic = real_ns(CLOCK_MONOTONIC);
}

/* --- clocks --------------------------------------------------------------- */

static int64_t read_offset(void)
{
	char text[32];
	int kept = errno;
	ssize_t n;
	int fd;

	if (!offset_file)
		return 0;
	fd = open(offset_file, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
	if (fd >= 0)
		close(fd);
	errno = kept;
	if (n <= 0)
		return 0;
	text[n] = '\0';
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
	passed = (real_ns(CLOCK_MONOTONIC) - start_monotonic) * factor;
	if (is_wall(clock))
		*now = to_timespec(start_wall + passed + read_offset());
	else
		*now = to_timespec(start_monotonic + passed);
	return 0;
}

/* --- waiting for descriptors ---------------------------------------------- */

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
	const sigset_t *signals)
{
	struct timespec shorter;

	if (timeout)
		shorter = to_timespec(shorten(to_ns(timeout)));
	return (int)syscall(PPOLL, fds, count, timeout ? &shorter : NULL,
		signals, SIGNALS_SIZE);
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	struct timespec longest = to_timespec(timeout * MS);

	return ppoll(fds, count, timeout < 0 ? NULL : &longest, NULL);
}

int epoll_wait(int fd, struct epoll_event *events, int most, int timeout)
{
	int shorter = timeout < 0 ? -1 : (int)shorten(timeout);

	return (int)syscall(
		SYS_epoll_pwait, fd, events, most, shorter, NULL, SIGNALS_SIZE);
}

int select(int count, fd_set *reads, fd_set *writes, fd_set *errors,
	struct timeval *timeout)
{
	struct timespec left;
	int64_t ns;
	int n;

	if (!timeout)
		return (int)syscall(
			PSELECT, count, reads, writes, errors, NULL, NULL);
	left = to_timespec(shorten(
		timeout->tv_sec * SECOND + (int64_t)timeout->tv_usec * 1000));
	n = (int)syscall(PSELECT, count, reads, writes, errors, &left, NULL);
	/* As Linux does, what is left. */
	ns = to_ns(&left) * factor;
	timeout->tv_sec = (time_t)(ns / SECOND);
	timeout->tv_usec = (suseconds_t)(ns % SECOND / 1000);
	return n;
}

/* --- sleeping ------------------------------------------------------------- */

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *until,
	struct timespec *left)
{
	struct timespec now, shorter;
	int64_t ns = to_ns(until);
	long result;

	if (flags & TIMER_ABSTIME) {
		clock_gettime(clock, &now);
		ns -= to_ns(&now);
	}
	if (ns < 0)
		ns = 0;
	shorter = to_timespec(shorten(ns));
	result = syscall(
		CLOCK_NANOSLEEP, CLOCK_MONOTONIC, 0, &shorter, &shorter);
	if (result == 0)
		return 0;
	if (left && !(flags & TIMER_ABSTIME))
		*left = to_timespec(to_ns(&shorter) * factor);
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
