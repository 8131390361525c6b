/* One central at a time; what waits is poll(2) alone. */
#include "serve.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "answer.h"
#include "base/clock.h"

/* Centrals that may wait for their turn. */
#define BACKLOG 8

int serve_listen(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof address.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 ||
		listen(fd, BACKLOG) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Until the next late answer, or message of the handshake, for poll(2). */
static int time_left(const struct gatt *gatt)
{
	int64_t due = answers_due(gatt);

	if (exchange_due(gatt) < due)
		due = exchange_due(gatt);
	return due == INT64_MAX ? -1 : clock_left(due);
}

/* A PDU is there, or the central has gone. Returns as gatt_serve(). */
static int take_pdu(struct gatt *gatt)
{
	uint8_t pdu[SIM_MTU_MAX + 1];
	ssize_t n;

	/* It stays unread, so that the link is reset. */
	if (gatt->leaving) {
		answers_send_late(gatt, INT64_MAX);
		return -ECONNABORTED;
	}
	n = recv(gatt->fd, pdu, sizeof pdu, 0);
	if (n <= 0)
		return -EPIPE;
	return gatt_serve(gatt, pdu, (size_t)n);
}

/* Serves one central until it, the station or the tester has enough. Returns
 * 0 for the next central, 1 for the end. */
static int serve_central(struct gatt *gatt, int signals)
{
	struct pollfd fds[] = {
		{ .fd = gatt->fd, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};
	int error = 0;

	while (error == 0) {
		if (poll(fds, 2, time_left(gatt)) < 0)
			continue;
		if (fds[1].revents != 0)
			return 1;
		if (fds[0].revents != 0)
			error = take_pdu(gatt);
		if (error == 0)
			error = answers_send_late(gatt, clock_monotonic());
		if (error == 0)
			error = exchange_tick(gatt, clock_monotonic());
	}
	return 0;
}

void serve(int listener, int signals, const struct gatt_options *options,
	struct registers *registers, struct faults *faults)
{
	struct pollfd fds[] = {
		{ .fd = listener, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};
	struct answers kept = { .late_count = 0 };
	struct gatt gatt;
	int end = 0;

	while (!end) {
		int fd;

		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[1].revents != 0)
			return;
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			continue;
		registers->counters->connects++;
		if (gatt_init(&gatt, fd, options, registers, faults) == 0) {
			gatt.answers = kept;
			end = serve_central(&gatt, signals);
			kept = gatt.answers;
			answers_keep(&kept);
		}
		close(fd);
	}
}
