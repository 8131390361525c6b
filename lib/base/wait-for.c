/* poll(2) with a deadline and a way out. */
#include "base/wait-for.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include "base/clock.h"
#include "base/errors.h"

int wait_for(int fd, short events, int64_t deadline, int cancel)
{
	struct pollfd fds[] = {
		{ .fd = fd, .events = events },
		{ .fd = cancel, .events = POLLIN },
	};
	int n;

	do
		n = poll(fds, 2, clock_left(deadline));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (fds[1].revents != 0)
		return -BT_ECANCELED;
	return n > 0 ? 0 : -BT_ETIMEOUT;
}

int wait_signals(const int *signals)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	while (*signals)
		sigaddset(&set, *signals++);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}
