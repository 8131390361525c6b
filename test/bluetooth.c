/*
 * For tests: a library to preload that stands in for a kernel with Bluetooth.
 * What goes to an L2CAP socket goes to a local one, so that bt-poll's way to
 * a Bluetooth address leads to the simulated station.
 *
 *   BLUETOOTH_SOCKET  path of the station's socket; also the abstract name of
 *                     every local socket, so that no test meets another
 *   BLUETOOTH_TYPE    1 public, 2 random: the type of its address; a connect
 *                     with the other one is refused as the kernel does it
 *   BLUETOOTH_ADAPTERS  a letter for each adapter from hci0 on: l does LE, c
 *                     does not, o is off, - is not there; none: no HCI
 *   BLUETOOTH_BOUND   a file for the numbers of adapters that sockets were
 *                     bound to, "any" among them
 *   BLUETOOTH_ERRORS  a file with numbers of errors: one for each of the
 *                     first connects, which fail so; it is emptied by that
 *
 * Direct system calls, so that nothing is called in a circle.
 */
/* With GNU's declarations of bind and connect none of ours would fit. */
#undef _GNU_SOURCE
#define _DEFAULT_SOURCE

#include <bluetooth/bluetooth.h>
#include <bluetooth/hci.h>
#include <bluetooth/l2cap.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define ATT_CHANNEL 4

int socket(int domain, int type, int protocol)
{
	if (domain == AF_BLUETOOTH &&
		(protocol == BTPROTO_L2CAP || getenv("BLUETOOTH_ADAPTERS"))) {
		domain = AF_UNIX;
		protocol = 0;
	}
	return (int)syscall(SYS_socket, domain, type, protocol);
}

/* An adapter's own address ends in its number and one more. */
int ioctl(int fd, unsigned long request, ...)
{
	const char *adapters = getenv("BLUETOOTH_ADAPTERS");
	struct hci_dev_info *info;
	va_list list;
	void *data;
	char kind;

	va_start(list, request);
	data = va_arg(list, void *);
	va_end(list);
	if (request != HCIGETDEVINFO)
		return (int)syscall(SYS_ioctl, fd, request, data);
	info = data;
	if (!adapters || info->dev_id >= strlen(adapters) ||
		adapters[info->dev_id] == '-') {
		errno = ENODEV;
		return -1;
	}
	kind = adapters[info->dev_id];
	info->bdaddr.b[0] = (uint8_t)(info->dev_id + 1);
	info->flags = kind == 'o' ? 0 : 1u << HCI_UP;
	info->features[4] = kind == 'c' ? 0 : LMP_LE;
	return 0;
}

static void record_bound(const bdaddr_t *own)
{
	const char *path = getenv("BLUETOOTH_BOUND");
	FILE *file = path ? fopen(path, "a") : NULL;

	if (!file)
		return;
	if (own->b[0])
		fprintf(file, "hci%d\n", own->b[0] - 1);
	else
		fprintf(file, "any\n");
	fclose(file);
}

static int bind_local(int fd, const struct sockaddr *address, socklen_t length)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	const char *path = getenv("BLUETOOTH_SOCKET");

	if (path && length > offsetof(struct sockaddr_un, sun_path) &&
		((const struct sockaddr_un *)address)->sun_path[0] == '\0') {
		strncpy(name.sun_path + 1, path, sizeof name.sun_path - 2);
		address = (const struct sockaddr *)&name;
		length = sizeof name;
	}
	return (int)syscall(SYS_bind, fd, address, length);
}

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
	const struct sockaddr_l2 *l2 = (const void *)address;

	if (address->sa_family != AF_BLUETOOTH)
		return bind_local(fd, address, length);
	if (length == sizeof *l2 && btohs(l2->l2_cid) == ATT_CHANNEL &&
		l2->l2_bdaddr_type == BDADDR_LE_PUBLIC) {
		record_bound(&l2->l2_bdaddr);
		return 0;
	}
	errno = EINVAL;
	return -1;
}

/* The next error of the file, 0 if there is none left. */
static int next_error(const char *path)
{
	char rest[256] = "";
	FILE *file = path ? fopen(path, "r+") : NULL;
	int error = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%d%255[^\n]", &error, rest) < 1)
		error = 0;
	fclose(file);
	file = fopen(path, "w");
	if (file) {
		fputs(rest, file);
		fclose(file);
	}
	return error;
}

int connect(int fd, const struct sockaddr *address, socklen_t length)
{
	const struct sockaddr_l2 *l2 = (const void *)address;
	struct sockaddr_un station = { .sun_family = AF_UNIX };
	const char *path = getenv("BLUETOOTH_SOCKET");
	const char *type = getenv("BLUETOOTH_TYPE");

	if (address->sa_family != AF_BLUETOOTH)
		return (int)syscall(SYS_connect, fd, address, length);
	errno = next_error(getenv("BLUETOOTH_ERRORS"));
	if (errno != 0)
		return -1;
	if (!path || (type && atoi(type) != l2->l2_bdaddr_type)) {
		errno = ECONNREFUSED;
		return -1;
	}
	strncpy(station.sun_path, path, sizeof station.sun_path - 1);
	return (int)syscall(SYS_connect, fd, &station, sizeof station);
}
