/* Sending: Bluetooth Core Specification 5.4, volume 3, part F. */
#include "send.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "database.h"

#define NOTIFICATION 0x1b
#define INDICATION 0x1d
#define NOTIFICATION_HEADER 3

int send_pdu(struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	ssize_t n;

	do
		n = send(gatt->fd, pdu, length, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

int send_error(
	struct gatt *gatt, uint8_t request, uint16_t handle, uint8_t code)
{
	uint8_t pdu[5] = { 0x01, request };

	put_le16(pdu + 2, handle);
	pdu[4] = code;
	return send_pdu(gatt, pdu, sizeof pdu);
}

int send_write_response(struct gatt *gatt, uint8_t opcode)
{
	uint8_t response[1] = { opcode + 1 };

	if (opcode == WRITE_COMMAND)
		return 0;
	return send_pdu(gatt, response, sizeof response);
}

int send_notification(struct gatt *gatt, const uint8_t *bytes, size_t length)
{
	uint8_t pdu[SIM_MTU_MAX] = { NOTIFICATION };

	put_le16(pdu + 1, HANDLE_NOTIFY);
	memcpy(pdu + NOTIFICATION_HEADER, bytes, length);
	return send_pdu(gatt, pdu, NOTIFICATION_HEADER + length);
}

int send_indication(struct gatt *gatt)
{
	/* Of all handles. */
	uint8_t pdu[7] = { INDICATION, 0, 0, 0x01, 0x00, 0xff, 0xff };

	put_le16(pdu + 1, HANDLE_CHANGED);
	return send_pdu(gatt, pdu, sizeof pdu);
}

static int send_text(struct gatt *gatt, const char *text)
{
	return send_notification(gatt, (const uint8_t *)text, strlen(text));
}

static int send_mtu_request(struct gatt *gatt)
{
	uint8_t pdu[3] = { 0x02 };

	put_le16(pdu + 1, gatt->mtu_most);
	return send_pdu(gatt, pdu, sizeof pdu);
}

/* Which services has the central? As some stacks ask at once. */
static int send_services_request(struct gatt *gatt)
{
	static const uint8_t pdu[] = { 0x10, 0x01, 0x00, 0xff, 0xff, 0x00,
		0x28 };

	return send_pdu(gatt, pdu, sizeof pdu);
}

/* Most kinds of faults are none of these. */
static int send_stray(struct gatt *gatt, const struct fault *fault)
{
	switch ((int)fault->kind) {
	case FAULT_PEER_MTU:
		return send_mtu_request(gatt);
	case FAULT_PEER_REQUEST:
		return send_services_request(gatt);
	case FAULT_INDICATION:
		return send_indication(gatt);
	}
	if (gatt->muted)
		return 0;
	switch ((int)fault->kind) {
	case FAULT_AT_NAME:
		return send_text(gatt, "AT+NAME?\r");
	case FAULT_AT_ADV:
		return send_text(gatt, "AT+ADV?\r");
	case FAULT_STRAY:
		return send_notification(gatt, fault->bytes, fault->length);
	}
	return 0;
}

int send_strays(struct gatt *gatt, const struct played *played)
{
	int error = 0;

	for (size_t i = 0; error == 0 && i < played->count; i++)
		error = send_stray(gatt, &played->faults[i]);
	return error;
}
