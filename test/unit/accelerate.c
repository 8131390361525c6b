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
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"
#include "check.h"
#include "simulator.h"

/* Seconds of the process in a second of the world. */
#define FACTOR "200"

/* How long a call may take in the world, at most, if it is to take 10 s in
 * the process: 50 ms and what a busy machine adds. */
#define REAL_MAX_MS 1000

/* How long a peer computes: 60 s of the process, if its clock ran. */
#define BUSY_MS 300

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

/* Answers when it has computed for a while. */
static void answer_slowly(int listener)
{
	int64_t begin = real_ms();
	int fd = accept(listener, NULL, NULL);
	char byte;

	if (fd < 0 || read(fd, &byte, 1) != 1)
		_exit(1);
	while (real_ms() - begin < BUSY_MS)
		continue;
	_exit(write(fd, &byte, 1) != 1);
}

static void listen_slowly(int ready, const struct sockaddr_un *address)
{
	int listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	if (bind(listener, (const struct sockaddr *)address, sizeof *address) <
			0 ||
		listen(listener, 1) < 0 || write(ready, "", 1) != 1)
		_exit(1);
	answer_slowly(listener);
}

/* A peer that has no time for an answer is waited for, in no time. */
static void check_busy_peer(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct pollfd fd = { .events = POLLIN };
	int ready[2], status;
	int64_t begin;
	char byte;
	pid_t pid;

	snprintf(address.sun_path + 1, sizeof address.sun_path - 1,
		"bt-unit-accelerate.%d", (int)getpid());
	CHECK(pipe(ready) == 0);
	pid = fork();
	if (pid == 0)
		listen_slowly(ready[1], &address);
	CHECK(read(ready[0], &byte, 1) == 1);
	fd.fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	CHECK(connect(fd.fd, (struct sockaddr *)&address, sizeof address) == 0);
	CHECK(write(fd.fd, "", 1) == 1);
	begin = clock_monotonic();
	CHECK(poll(&fd, 1, 10000) == 1);
	CHECK(clock_monotonic() - begin < 10000 + BUSY_MS * 200 / 8);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	close(fd.fd);
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
	check_busy_peer();
	check_offset(getenv("ACCELERATE_OFFSET"));
	return check_done();
}
