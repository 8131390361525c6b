/*
 * Connecting. Over Bluetooth LE: L2CAP's fixed channel 4 carries ATT (Core
 * Specification, volume 3, part A, 2.1). The kernel waits for the station to
 * advertise, connects, and takes the attempt back when the socket is closed.
 */
#include "ble/att-link.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <bluetooth/bluetooth.h>
#include <bluetooth/l2cap.h>

#include "base/errors.h"
#include "base/wait-for.h"
#include "ble/adapter.h"

#define ATT_CHANNEL 4

/* The errno of a connection attempt that is over, 0 if it succeeded. */
static int socket_error(int fd)
{
	int error = 0;
	socklen_t length = sizeof error;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0)
		return errno;
	return error;
}

/* The kernel's time-out counts as ours. A station that was heard and then
 * disconnected yields ECONNRESET; one that did not respond (HCI error 0x3e) has
 * no errno of its own: Linux returns ENOSYS. */
static int connect_error(int error)
{
	switch (error) {
	case ETIMEDOUT:
		return -BT_ETIMEOUT;
	case ECONNRESET:
	case ENOSYS:
		return -BT_ELOST;
	}
	return -error;
}

/* connect(2) on a non-blocking socket, waited for. */
static int connect_until(int fd, const struct sockaddr *to, socklen_t length,
	int64_t deadline, int cancel)
{
	int error;

	/* An interrupted connect continues like one in progress. */
	if (connect(fd, to, length) == 0)
		return 0;
	if (errno != EINPROGRESS && errno != EINTR)
		return connect_error(errno);
	error = wait_for(fd, POLLOUT, deadline, cancel);
	return error < 0 ? error : connect_error(socket_error(fd));
}

static int connect_unix(
	int fd, const struct address *address, int64_t deadline, int cancel)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	_Static_assert(sizeof to.sun_path >= sizeof address->path,
		"a path of an address fits a socket address");
	memcpy(to.sun_path, address->path, sizeof address->path);
	return connect_until(
		fd, (struct sockaddr *)&to, sizeof to, deadline, cancel);
}

/* Binds first: connect(2) alone cannot set the adapter, the channel and the LE
 * type. If no adapter was named and none is found, connect(2) reports the
 * reason. */
static int bind_att(int fd, int adapter)
{
	struct sockaddr_l2 from = {
		.l2_family = AF_BLUETOOTH,
		.l2_cid = htobs(ATT_CHANNEL),
		.l2_bdaddr_type = BDADDR_LE_PUBLIC,
	};

	int error = adapter_find(adapter, &from.l2_bdaddr);

	if (error < 0 && adapter != ADAPTER_ANY)
		return error;
	if (bind(fd, (struct sockaddr *)&from, sizeof from) < 0)
		return -errno;
	return 0;
}

static int connect_ble(int fd, const struct address *address,
	enum address_type type, int64_t deadline, int cancel)
{
	struct sockaddr_l2 to = {
		.l2_family = AF_BLUETOOTH,
		.l2_cid = htobs(ATT_CHANNEL),
		.l2_bdaddr_type = type == ADDRESS_RANDOM ? BDADDR_LE_RANDOM
							 : BDADDR_LE_PUBLIC,
	};
	int error = bind_att(fd, address->adapter);

	if (error < 0)
		return error;
	/* The kernel keeps an address with its last octet first. */
	for (int i = 0; i < 6; i++)
		to.l2_bdaddr.b[i] = address->octets[5 - i];
	return connect_until(
		fd, (struct sockaddr *)&to, sizeof to, deadline, cancel);
}

int link_open(const struct address *address, enum address_type type,
	int64_t deadline, int cancel)
{
	const int flags = SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC;
	int fd, error;

	if (address->kind == ADDRESS_UNIX)
		fd = socket(AF_UNIX, flags, 0);
	else
		fd = socket(AF_BLUETOOTH, flags, BTPROTO_L2CAP);
	if (fd < 0)
		return -errno;

	if (address->kind == ADDRESS_UNIX)
		error = connect_unix(fd, address, deadline, cancel);
	else
		error = connect_ble(fd, address, type, deadline, cancel);
	if (error < 0) {
		close(fd);
		return error;
	}
	return fd;
}
