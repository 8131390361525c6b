/*
 * Connections. On the air a connection is held together by packets that are
 * acknowledged: what is not goes again until the supervision time-out. So what
 * is sent while a device is out of reach waits here.
 */
#include "air-link.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "air.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "vhci.h"

enum { CONNECTED = 0x01, FEATURES = 0x04, CONNECTED_ENHANCED = 0x0a };

#define HANDLE_MASK 0x0fff
#define HANDLE_LAST 0x0eff
#define FLAGS(field) ((field) >> 12 & 3)
#define CONTINUING 1
#define ATT_CHANNEL 4
#define INTERVAL 24 /* of connection events, in 1.25 ms */

/* What a device of this kind of controller sends at once. */
#define LEGACY_PIECE 27

struct device *link_find(struct controller *c, uint16_t handle)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->devices[i].link.fd >= 0 &&
			c->devices[i].link.handle == (handle & HANDLE_MASK))
			return &c->devices[i];
	return NULL;
}

/* --- begin and end ------------------------------------------------------- */

static void tell_connected(struct controller *c, uint8_t status,
	const struct device *device, uint16_t timeout)
{
	uint8_t body[31] = { c->is_extended ? CONNECTED_ENHANCED : CONNECTED,
		status };
	/* Behind two addresses more that the enhanced form has. */
	uint8_t *rest = body + (c->is_extended ? 24 : 12);

	if (device) {
		put_le16(body + 2, device->link.handle);
		body[5] = device->type;
		memcpy(body + 6, device->address, 6);
	}
	put_le16(rest, INTERVAL);
	put_le16(rest + 4, timeout);
	vhci_event(c, LE_META, body, (size_t)(rest + 7 - body));
}

static int connect_socket(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(
		AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	memcpy(to.sun_path, path, sizeof to.sun_path);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* The kernel may still hold the last handle of a device, so each connection
 * has another. */
static uint16_t next_handle(struct controller *c)
{
	c->last_handle =
		c->last_handle < HANDLE_LAST ? c->last_handle + 1u : 1u;
	return c->last_handle;
}

void link_begin(struct controller *c, struct device *device)
{
	uint16_t timeout = c->wanted.timeout;
	char address[AIR_ADDRESS];
	int fd;

	air_format(address, device);
	fd = connect_socket(device->socket);
	if (fd < 0)
		return;
	device->link = (struct connection){ .fd = fd,
		.handle = next_handle(c),
		.timeout = timeout,
		.begin = clock_monotonic() };
	c->wanted = (struct wanted){ 0 };
	note("connected %s timeout %u", address, 10u * timeout);
	tell_connected(c, HCI_OK, device, timeout);
}

void link_cancel(struct controller *c, uint8_t status)
{
	struct device who = { .type = c->wanted.type };

	memcpy(who.address, c->wanted.address, 6);
	c->wanted = (struct wanted){ 0 };
	tell_connected(c, status, &who, 0);
}

void link_drop(struct device *device)
{
	if (device->link.fd >= 0)
		close(device->link.fd);
	device->link = (struct connection){ .fd = -1 };
}

void link_end(struct controller *c, struct device *device, uint8_t reason)
{
	uint8_t body[4] = { HCI_OK, 0, 0, reason };
	char address[AIR_ADDRESS];

	if (device->link.fd < 0)
		return;
	air_format(address, device);
	note("disconnected %s reason %02x", address, reason);
	put_le16(body + 1, device->link.handle);
	link_drop(device);
	vhci_event(c, DISCONNECTION_COMPLETE, body, sizeof body);
}

void link_tell_features(
	struct controller *c, const struct device *device, uint8_t status)
{
	uint8_t body[12] = { FEATURES, status };

	put_le16(body + 2, device->link.handle);
	vhci_event(c, LE_META, body, sizeof body);
}

/* --- from the kernel ----------------------------------------------------- */

/* Puts a frame together, which is for the socket when it is whole. */
static void take_piece(
	struct connection *link, bool is_first, const uint8_t *piece, size_t n)
{
	size_t length;

	if (is_first)
		link->have = 0;
	if (link->have + n > sizeof link->frame)
		return;
	memcpy(link->frame + link->have, piece, n);
	link->have += n;
	if (link->have < L2CAP_HEADER)
		return;
	length = get_le16(link->frame);
	if (link->have < L2CAP_HEADER + length)
		return;
	/* A socket that was closed is found out when it is read. */
	if (get_le16(link->frame + 2) == ATT_CHANNEL)
		send(link->fd, link->frame + L2CAP_HEADER, length,
			MSG_NOSIGNAL);
	link->have = 0;
}

static void deliver(struct controller *c, struct device *device,
	const struct packet *packet)
{
	uint16_t field = get_le16(packet->bytes);
	uint8_t done[5] = { 1, 0, 0, 1, 0 };

	put_le16(done + 1, field & HANDLE_MASK);
	vhci_event(c, PACKETS_COMPLETED, done, sizeof done);
	take_piece(&device->link, FLAGS(field) != CONTINUING, packet->bytes + 4,
		packet->length - 4);
}

void link_take(struct controller *c, const uint8_t *bytes, size_t length)
{
	struct packet packet = { .length = length };
	struct device *device;

	if (length < 4 || length > sizeof packet.bytes ||
		length != 4u + get_le16(bytes + 2))
		return;
	device = link_find(c, get_le16(bytes));
	if (!device)
		return;
	memcpy(packet.bytes, bytes, length);
	if (device->in_reach)
		deliver(c, device, &packet);
	else if (device->link.held < PACKETS)
		device->link.packets[device->link.held++] = packet;
}

void link_resume(struct controller *c, struct device *device)
{
	for (size_t i = 0; i < device->link.held; i++)
		deliver(c, device, &device->link.packets[i]);
	device->link.held = 0;
}

/* --- from the socket ----------------------------------------------------- */

static void send_frame(struct controller *c, const struct device *device,
	const uint8_t *frame, size_t length)
{
	size_t most = c->is_extended ? PACKET_MAX : LEGACY_PIECE;

	for (size_t at = 0; at < length; at += most) {
		size_t n = length - at < most ? length - at : most;

		vhci_data(c, device->link.handle, at == 0, frame + at, n);
	}
}

void link_receive(struct controller *c, struct device *device)
{
	uint8_t frame[L2CAP_HEADER + PDU_MAX];
	ssize_t n = recv(device->link.fd, frame + L2CAP_HEADER, PDU_MAX, 0);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		link_end(c, device, HCI_REMOTE_ENDED);
		return;
	}
	put_le16(frame, (uint16_t)n);
	put_le16(frame + 2, ATT_CHANNEL);
	send_frame(c, device, frame, L2CAP_HEADER + (size_t)n);
}
