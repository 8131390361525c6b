/*
 * Fuzz target: ATT and GATT of a station that sends what it likes.
 *
 * The input is its PDUs, all sent before anything is asked: a byte that tells
 * the length, and the bytes. Then it sends nothing more.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "ble/gatt.h"

#define PATIENCE_MS 1000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A condition that no input may break. */
static void must(bool condition)
{
	if (!condition)
		abort();
}

/* Until the socket holds no more. */
static void send_pdus(int fd, const uint8_t *data, size_t size)
{
	while (size > 0) {
		size_t length = data[0];

		data++;
		size--;
		if (length > size)
			length = size;
		if (length > 0 &&
			send(fd, data, length, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			break;
		data += length;
		size -= length;
	}
	shutdown(fd, SHUT_WR);
}

static void play(struct att *att)
{
	int64_t deadline = clock_monotonic() + PATIENCE_MS;
	uint8_t value[ATT_NOTIFICATION_MAX];
	struct gatt gatt = { 0 };
	uint16_t handle;
	char name[32];

	memset(name, 'x', sizeof name);
	att_exchange_mtu(att, deadline);
	must(att_mtu(att) >= ATT_MTU_DEFAULT && att_mtu(att) <= ATT_MTU_MAX);
	if (gatt_discover(att, &gatt, deadline) == 0) {
		must(gatt.notify > 0 && gatt.write > 0);
		gatt_subscribe(att, &gatt, deadline);
	}
	if (gatt_read_name(att, name, sizeof name, deadline) == 0)
		must(memchr(name, '\0', sizeof name) != NULL);
	while (att_next_notification(att, &handle, value, deadline) >= 0)
		;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att *att = NULL;
	int pair[2];

	must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
	must(fcntl(pair[0], F_SETFL, O_NONBLOCK) == 0);
	send_pdus(pair[1], data, size);
	must(att_new(&att, pair[0], -1) == 0);
	play(att);
	att_free(att);
	close(pair[1]);
	return 0;
}
