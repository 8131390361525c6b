/*
 * test/accelerate.c: this program executes itself with the library preloaded
 * and compares the time of its clocks with that of the world.
 */
/* glibc 2.36 on 32 bits: a fortified ppoll() calls the one of 32-bit times. */
#undef _FORTIFY_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <time.h>

#include "base/clock.h"
#include "check.h"
#include "simulator.h"

/* Seconds of the process in a second of the world. */
#define FACTOR "200"

/* How long a call may take in the world, at most, if it is to take 10 s in
 * the process: 50 ms and what a busy machine adds. */
#define REAL_MAX_MS 1000

/* The call that takes a 64-bit time. */
#ifdef SYS_clock_gettime64
#define CLOCK_GETTIME SYS_clock_gettime64
#else
#define CLOCK_GETTIME SYS_clock_gettime
#endif

static int64_t real_ms(void)
{
	struct timespec now;

	/* Past the library. */
	syscall(CLOCK_GETTIME, CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void wait_poll(void)
{
	CHECK(poll(NULL, 0, 10000) == 0);
}

static void wait_ppoll(void)
{
	struct timespec timeout = { .tv_sec = 10 };

	CHECK(ppoll(NULL, 0, &timeout, NULL) == 0);
}

static void wait_select(void)
{
	struct timeval timeout = { .tv_sec = 10 };

	CHECK(select(0, NULL, NULL, NULL, &timeout) == 0);
	CHECK(timeout.tv_sec == 0 && timeout.tv_usec == 0);
}

static void wait_epoll(void)
{
	struct epoll_event event;
	int fd = epoll_create1(EPOLL_CLOEXEC);

	CHECK(epoll_wait(fd, &event, 1, 10000) == 0);
	close(fd);
}

static void wait_nanosleep(void)
{
	struct timespec duration = { .tv_sec = 10 };

	CHECK(nanosleep(&duration, NULL) == 0);
}

static void wait_until(void)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += 10;
	CHECK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) ==
		0);
}

static void check_waits(void)
{
	static const struct {
		const char *name;
		void (*wait)(void);
	} waits[] = {
		{ "poll", wait_poll },
		{ "ppoll", wait_ppoll },
		{ "select", wait_select },
		{ "epoll_wait", wait_epoll },
		{ "nanosleep", wait_nanosleep },
		{ "clock_nanosleep", wait_until },
	};

	for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
		int64_t real = real_ms();
		int64_t wall = clock_wall();
		int64_t monotonic = clock_monotonic();

		waits[i].wait();
		CHECK_CASE(
			waits[i].name, clock_monotonic() - monotonic >= 10000);
		CHECK_CASE(waits[i].name, clock_wall() - wall >= 9999);
		CHECK_CASE(waits[i].name, real_ms() - real < REAL_MAX_MS);
	}
	/* What does not wait does not. */
	CHECK(poll(NULL, 0, 0) == 0);
}

static void check_offset(const char *path)
{
	int64_t monotonic = clock_monotonic();
	int64_t wall = clock_wall();
	FILE *file = fopen(path, "w");

	fputs("-7200000\n", file);
	fclose(file);
	wall = clock_wall() - wall;
	CHECK(wall < -7000000);
	monotonic = clock_monotonic() - monotonic;
	CHECK(monotonic >= 0 && monotonic - wall - 7200000 < 60000);
	unlink(path);
	errno = 0;
	CHECK(clock_wall() > 0 && errno == 0);
}

static int exec_self(const char *self)
{
	char library[512], offset[] = "/tmp/bt-unit-accelerate.XXXXXX";
	int fd = mkstemp(offset);

	CHECK(fd >= 0);
	close(fd);
	unlink(offset);
	simulator_beside(library, sizeof library, "accelerate.so");
	setenv("LD_PRELOAD", library, 1);
	setenv("ACCELERATE", FACTOR, 1);
	setenv("ACCELERATE_OFFSET", offset, 1);
	setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
	execl(self, self, (char *)NULL);
	perror(self);
	return 1;
}

int main(int argc, char **argv)
{
	(void)argc;
	if (!getenv("ACCELERATE_OFFSET"))
		return exec_self(argv[0]);
	unsetenv("LD_PRELOAD");
	check_waits();
	check_offset(getenv("ACCELERATE_OFFSET"));
	return check_done();
}
