/*
 * An ATT server: Bluetooth Core Specification 5.4, volume 3, part F. Written
 * apart from lib/att.c, so that one checks the other.
 */
#include "gatt.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "bytes.h"
#include "database.h"

/* Error codes: 3.4.1.1. */
enum {
	INVALID_HANDLE = 0x01,
	READ_NOT_PERMITTED = 0x02,
	WRITE_NOT_PERMITTED = 0x03,
	INVALID_PDU = 0x04,
	NOT_SUPPORTED = 0x06,
	INVALID_OFFSET = 0x07,
	NOT_FOUND = 0x0a,
	INVALID_LENGTH = 0x0d,
	UNSUPPORTED_GROUP = 0x10,
};

#define COMMAND_FLAG 0x40
#define CONFIRMATION 0x1e
#define NOTIFICATION 0x1b
#define NOTIFICATION_HEADER 3
#define CCCD_NOTIFY 0x0001

/* The size of an entry in a list must fit one byte. */
#define ENTRY_MAX 255

void gatt_init(struct gatt *gatt, int fd, const struct gatt_options *options,
	struct registers *registers)
{
	*gatt = (struct gatt){
		.fd = fd,
		.options = options,
		.registers = registers,
		.mtu = SIM_MTU_MIN,
	};
}

/* Every PDU leaves here. */
static int send_pdu(struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	ssize_t n;

	do
		n = send(gatt->fd, pdu, length, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

static int send_error(
	struct gatt *gatt, uint8_t request, uint16_t handle, uint8_t code)
{
	uint8_t pdu[5] = { 0x01, request };

	put_le16(pdu + 2, handle);
	pdu[4] = code;
	return send_pdu(gatt, pdu, sizeof pdu);
}

/* Every MODBUS answer leaves here, in pieces of what MTU and option allow. */
static int notify_frame(struct gatt *gatt, const uint8_t *frame, size_t length)
{
	uint8_t pdu[SIM_MTU_MAX] = { NOTIFICATION };
	size_t most = gatt->mtu - NOTIFICATION_HEADER;
	int error = 0;

	if (gatt->options->fragment > 0 && gatt->options->fragment < most)
		most = gatt->options->fragment;
	if (!(gatt->cccd[0] & CCCD_NOTIFY))
		return 0;
	put_le16(pdu + 1, HANDLE_NOTIFY);
	for (size_t sent = 0; error == 0 && sent < length; sent += most) {
		size_t piece = length - sent < most ? length - sent : most;

		memcpy(pdu + NOTIFICATION_HEADER, frame + sent, piece);
		error = send_pdu(gatt, pdu, NOTIFICATION_HEADER + piece);
	}
	return error;
}

static int serve_frame(struct gatt *gatt, const uint8_t *frame, size_t length)
{
	uint8_t answer[MODBUS_FRAME_MAX];
	size_t n = registers_serve(gatt->registers, frame, length, answer);

	return n > 0 ? notify_frame(gatt, answer, n) : 0;
}

/* The value of an attribute, which may be one that changes. */
static const uint8_t *value_of(const struct gatt *gatt,
	const struct attribute *attribute, uint8_t cccd[2], size_t *length)
{
	switch (attribute->handle) {
	case HANDLE_NAME:
		*length = strlen(gatt->options->name);
		return (const uint8_t *)gatt->options->name;
	case HANDLE_NOTIFY_CCCD:
	case HANDLE_SPARE_CCCD:
		put_le16(cccd,
			gatt->cccd[attribute->handle == HANDLE_SPARE_CCCD]);
		*length = 2;
		return cccd;
	}
	*length = attribute->length;
	return attribute->value;
}

/* A 16-bit type may be asked for in its long form too. */
static bool has_type(const struct attribute *attribute, const uint8_t *type,
	size_t type_length)
{
	static const uint8_t base[16] = { 0xfb, 0x34, 0x9b, 0x5f, 0x80, 0x00,
		0x00, 0x80, 0x00, 0x10 };

	if (type_length == 16 && attribute->type_length == 2)
		return memcmp(type, base, 12) == 0 &&
			memcmp(type + 12, attribute->type, 2) == 0 &&
			type[14] == 0 && type[15] == 0;
	return type_length == attribute->type_length &&
		memcmp(type, attribute->type, type_length) == 0;
}

/* A list that a response holds, all entries of the size of the first. */
struct list {
	uint8_t *pdu;
	size_t used; /* of the PDU */
	size_t size; /* of an entry; 0 before the first */
	size_t most; /* the MTU */
};

/* Whether an entry of that size can still be added. */
static bool list_takes(struct list *list, size_t size)
{
	if (list->size != 0 && (size != list->size))
		return false;
	if (list->used + size > list->most)
		return false;
	list->size = size;
	return true;
}

/* The range that a request begins with; false, and refused, if it is bad. */
static bool take_range(struct gatt *gatt, const uint8_t *pdu, size_t length,
	size_t least, struct range *range, int *error)
{
	if (length < least) {
		*error = send_error(gatt, pdu[0], 0, INVALID_PDU);
		return false;
	}
	range->first = get_le16(pdu + 1);
	range->last = get_le16(pdu + 3);
	if (range->first == 0 || range->last < range->first) {
		*error = send_error(gatt, pdu[0], range->first, INVALID_HANDLE);
		return false;
	}
	return true;
}

/* Sends a list, or that nothing was found. */
static int send_list(struct gatt *gatt, const struct list *list,
	uint8_t request, uint16_t first)
{
	if (list->size == 0)
		return send_error(gatt, request, first, NOT_FOUND);
	return send_pdu(gatt, list->pdu, list->used);
}

static int serve_mtu(struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	uint8_t response[3] = { 0x03 };
	uint16_t theirs;

	if (length != 3)
		return send_error(gatt, pdu[0], 0, INVALID_PDU);
	theirs = get_le16(pdu + 1);
	gatt->mtu = theirs < gatt->options->mtu ? theirs : gatt->options->mtu;
	if (gatt->mtu < SIM_MTU_MIN)
		gatt->mtu = SIM_MTU_MIN;
	put_le16(response + 1, gatt->options->mtu);
	return send_pdu(gatt, response, sizeof response);
}

static int serve_find_information(
	struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	uint8_t response[SIM_MTU_MAX] = { 0x05 };
	struct list list = { response, 2, 0, gatt->mtu };
	struct range range;
	size_t count;
	const struct attribute *a = database(&count);
	int error;

	if (!take_range(gatt, pdu, length, 5, &range, &error))
		return error;
	for (const struct attribute *end = a + count; a < end; a++) {
		if (!ranges_have(&range, 1, a->handle))
			continue;
		if (!list_takes(&list, 2u + a->type_length))
			break;
		put_le16(response + list.used, a->handle);
		memcpy(response + list.used + 2, a->type, a->type_length);
		list.used += list.size;
	}
	response[1] = list.size == 4 ? 1 : 2;
	return send_list(gatt, &list, pdu[0], range.first);
}

static int serve_find_by_type_value(
	struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	uint8_t response[SIM_MTU_MAX] = { 0x07 };
	struct list list = { response, 1, 0, gatt->mtu };
	struct range range;
	size_t count;
	const struct attribute *a = database(&count);
	int error;

	if (!take_range(gatt, pdu, length, 7, &range, &error))
		return error;
	for (const struct attribute *end = a + count; a < end; a++) {
		if (!ranges_have(&range, 1, a->handle) ||
			!has_type(a, pdu + 5, 2) || length - 7 != a->length ||
			memcmp(pdu + 7, a->value, a->length) != 0)
			continue;
		if (!list_takes(&list, 4))
			break;
		put_le16(response + list.used, a->handle);
		put_le16(response + list.used + 2,
			a->group_end ? a->group_end : a->handle);
		list.used += list.size;
	}
	return send_list(gatt, &list, pdu[0], range.first);
}

/* Read By Type (opcode 08) and Read By Group Type (10): entries of handle, in
 * the latter also the end of the group, and value. */
static int serve_read_by_type(
	struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	bool group = pdu[0] == 0x10;
	size_t head = group ? 4 : 2;
	uint8_t response[SIM_MTU_MAX] = { pdu[0] + 1 };
	struct list list = { response, 2, 0, gatt->mtu };
	struct range range;
	size_t count;
	const struct attribute *a = database(&count);
	int error;

	if (!take_range(gatt, pdu, length, 7, &range, &error))
		return error;
	if (length != 7 && length != 21)
		return send_error(gatt, pdu[0], 0, INVALID_PDU);
	if (group && get_le16(pdu + 5) != UUID_PRIMARY_SERVICE)
		return send_error(gatt, pdu[0], range.first, UNSUPPORTED_GROUP);
	for (const struct attribute *end = a + count; a < end; a++) {
		uint8_t cccd[2];
		size_t size;
		const uint8_t *value = value_of(gatt, a, cccd, &size);
		size_t most =
			list.most - 2 < ENTRY_MAX ? list.most - 2 : ENTRY_MAX;

		if (!ranges_have(&range, 1, a->handle) ||
			!has_type(a, pdu + 5, length - 5))
			continue;
		if (list.size == 0 && !(a->may & MAY_READ))
			return send_error(
				gatt, pdu[0], a->handle, READ_NOT_PERMITTED);
		if (size > most - head)
			size = most - head;
		if (!list_takes(&list, head + size))
			break;
		put_le16(response + list.used, a->handle);
		if (group)
			put_le16(response + list.used + 2, a->group_end);
		memcpy(response + list.used + head, value, size);
		list.used += list.size;
	}
	response[1] = (uint8_t)list.size;
	return send_list(gatt, &list, pdu[0], range.first);
}

/* Read (opcode 0a) and Read Blob (0c). */
static int serve_read(struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	uint8_t response[SIM_MTU_MAX] = { pdu[0] + 1 };
	const struct attribute *attribute;
	const uint8_t *value;
	uint8_t cccd[2];
	size_t size, offset;

	if (length != (pdu[0] == 0x0c ? 5 : 3))
		return send_error(gatt, pdu[0], 0, INVALID_PDU);
	offset = length == 5 ? get_le16(pdu + 3) : 0;
	attribute = database_find(get_le16(pdu + 1));
	if (!attribute)
		return send_error(
			gatt, pdu[0], get_le16(pdu + 1), INVALID_HANDLE);
	if (!(attribute->may & MAY_READ))
		return send_error(
			gatt, pdu[0], attribute->handle, READ_NOT_PERMITTED);
	value = value_of(gatt, attribute, cccd, &size);
	if (offset > size)
		return send_error(
			gatt, pdu[0], attribute->handle, INVALID_OFFSET);
	size -= offset;
	if (size > gatt->mtu - 1u)
		size = gatt->mtu - 1u;
	memcpy(response + 1, value + offset, size);
	return send_pdu(gatt, response, 1 + size);
}

/* The effect of a write, told once it was confirmed. */
static int take_value(
	struct gatt *gatt, uint16_t handle, const uint8_t *value, size_t length)
{
	switch (handle) {
	case HANDLE_NOTIFY_CCCD:
	case HANDLE_SPARE_CCCD:
		gatt->cccd[handle == HANDLE_SPARE_CCCD] = get_le16(value);
		return 0;
	case HANDLE_WRITE:
		return serve_frame(gatt, value, length);
	}
	return 0;
}

/* Why a write is refused, or 0. */
static uint8_t refuse_write(uint16_t handle, uint8_t may, size_t length)
{
	const struct attribute *attribute = database_find(handle);

	if (!attribute)
		return INVALID_HANDLE;
	if (!(attribute->may & may))
		return WRITE_NOT_PERMITTED;
	if ((handle == HANDLE_NOTIFY_CCCD || handle == HANDLE_SPARE_CCCD) &&
		length != 2)
		return INVALID_LENGTH;
	return 0;
}

static int serve_write(struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	static const uint8_t response[] = { 0x13 };
	uint16_t handle;
	uint8_t code;
	int error;

	if (length < 3)
		return send_error(gatt, pdu[0], 0, INVALID_PDU);
	handle = get_le16(pdu + 1);
	code = refuse_write(handle, MAY_WRITE, length - 3);
	if (code != 0)
		return send_error(gatt, pdu[0], handle, code);
	error = send_pdu(gatt, response, sizeof response);
	return error < 0 ? error
			 : take_value(gatt, handle, pdu + 3, length - 3);
}

static int serve_write_command(
	struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	if (length < 3 ||
		refuse_write(get_le16(pdu + 1), MAY_COMMAND, length - 3) != 0)
		return 0;
	return take_value(gatt, get_le16(pdu + 1), pdu + 3, length - 3);
}

/* Pieces must come in order and for one attribute: more than any client of
 * these stations needs. */
static int serve_prepare_write(
	struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	uint8_t response[SIM_MTU_MAX];
	uint16_t handle;
	uint8_t code;

	if (length < 5)
		return send_error(gatt, pdu[0], 0, INVALID_PDU);
	handle = get_le16(pdu + 1);
	code = refuse_write(handle, MAY_WRITE, 2);
	if (code == 0 &&
		(get_le16(pdu + 3) != gatt->prepared ||
			(gatt->prepared > 0 &&
				handle != gatt->prepared_handle)))
		code = INVALID_OFFSET;
	if (code == 0 && length - 5 > sizeof gatt->value - gatt->prepared)
		code = INVALID_LENGTH;
	if (code != 0)
		return send_error(gatt, pdu[0], handle, code);
	memcpy(gatt->value + gatt->prepared, pdu + 5, length - 5);
	gatt->prepared += length - 5;
	gatt->prepared_handle = handle;
	memcpy(response, pdu, length);
	response[0] = 0x17;
	return send_pdu(gatt, response, length);
}

static int serve_execute_write(
	struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	static const uint8_t response[] = { 0x19 };
	size_t prepared = gatt->prepared;
	int error;

	if (length != 2 || pdu[1] > 1)
		return send_error(gatt, pdu[0], 0, INVALID_PDU);
	gatt->prepared = 0;
	if (pdu[1] == 1 && prepared > 0 &&
		refuse_write(gatt->prepared_handle, MAY_WRITE, prepared) != 0)
		return send_error(
			gatt, pdu[0], gatt->prepared_handle, INVALID_LENGTH);
	error = send_pdu(gatt, response, sizeof response);
	if (error < 0 || pdu[1] == 0 || prepared == 0)
		return error;
	return take_value(gatt, gatt->prepared_handle, gatt->value, prepared);
}

static const struct {
	uint8_t opcode;
	int (*serve)(struct gatt *, const uint8_t *pdu, size_t length);
} requests[] = {
	{ 0x02, serve_mtu },
	{ 0x04, serve_find_information },
	{ 0x06, serve_find_by_type_value },
	{ 0x08, serve_read_by_type },
	{ 0x0a, serve_read },
	{ 0x0c, serve_read },
	{ 0x10, serve_read_by_type },
	{ 0x12, serve_write },
	{ 0x16, serve_prepare_write },
	{ 0x18, serve_execute_write },
	{ 0x52, serve_write_command },
};

int gatt_serve(struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	if (length > gatt->mtu)
		return send_error(gatt, pdu[0], 0, INVALID_PDU);
	for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
		if (requests[i].opcode == pdu[0])
			return requests[i].serve(gatt, pdu, length);
	if (pdu[0] & COMMAND_FLAG || pdu[0] == CONFIRMATION)
		return 0;
	return send_error(gatt, pdu[0], 0, NOT_SUPPORTED);
}
