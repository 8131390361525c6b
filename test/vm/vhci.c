/* HCI packets: 5.4. What /dev/vhci itself speaks: Linux,
 * drivers/bluetooth/hci_vhci.c. */
#include "vhci.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/message.h"

enum { COMMAND_COMPLETE = 0x0e, COMMAND_STATUS = 0x0f };
enum { ACL = 0x02, EVENT = 0x04, VENDOR = 0xff };

/* Packet boundary flags of what goes to the host: 5.4.2. */
#define FIRST 0x2000
#define CONTINUING 0x1000

static void put(struct controller *c, const uint8_t *packet, size_t length)
{
	if (write(c->fd, packet, length) != (ssize_t)length)
		message("/dev/vhci: %s", strerror(errno));
}

/* The first packet asks for an adapter, and one with its number answers. */
int vhci_open(struct controller *c)
{
	static const uint8_t primary[] = { VENDOR, 0 };
	uint8_t answer[8];

	c->fd = open("/dev/vhci", O_RDWR | O_CLOEXEC);
	if (c->fd < 0 || write(c->fd, primary, sizeof primary) < 0)
		return -errno;
	if (read(c->fd, answer, sizeof answer) != 4)
		return -EPROTO;
	c->index = get_le16(answer + 2);
	return 0;
}

int vhci_read(struct controller *c, uint8_t *packet, size_t size)
{
	ssize_t n = read(c->fd, packet, size);

	return n < 0 ? -errno : (int)n;
}

void vhci_event(
	struct controller *c, uint8_t code, const uint8_t *body, size_t length)
{
	uint8_t packet[3 + EVENT_MAX] = { EVENT, code, (uint8_t)length };

	memcpy(packet + 3, body, length);
	put(c, packet, 3 + length);
}

/* Both allow one command more, the only one at a time. */
void vhci_complete(struct controller *c, uint16_t opcode,
	const uint8_t *parameters, size_t length)
{
	uint8_t body[EVENT_MAX] = { 1 };

	put_le16(body + 1, opcode);
	memcpy(body + 3, parameters, length);
	vhci_event(c, COMMAND_COMPLETE, body, 3 + length);
}

void vhci_status(struct controller *c, uint16_t opcode, uint8_t status)
{
	uint8_t body[4] = { status, 1 };

	put_le16(body + 2, opcode);
	vhci_event(c, COMMAND_STATUS, body, sizeof body);
}

void vhci_data(struct controller *c, uint16_t handle, bool is_first,
	const uint8_t *piece, size_t length)
{
	uint8_t packet[5 + PACKET_MAX] = { ACL };

	put_le16(packet + 1, handle | (is_first ? FIRST : CONTINUING));
	put_le16(packet + 3, (uint16_t)length);
	memcpy(packet + 5, piece, length);
	put(c, packet, 5 + length);
}
