/*
 * Discovery: Bluetooth Core Specification 5.4, volume 3, part G, sections
 * 4.4.2 (service by UUID), 4.6.1 (characteristics of a service), 4.7.1
 * (descriptors of a characteristic), 4.8.2 (read by UUID).
 */
#include "ble/gatt.h"

#include <string.h>

#include "base/bytes.h"
#include "base/errors.h"

#define UUID_PRIMARY_SERVICE 0x2800
#define UUID_CHARACTERISTIC 0x2803
#define UUID_CCCD 0x2902
#define UUID_DEVICE_NAME 0x2a00
#define UUID_SERVICE 0xff00
#define UUID_NOTIFY 0xff01
#define UUID_WRITE 0xff02

/* Properties of a characteristic: 3.3.1.1. */
#define PROPERTY_WRITE_COMMAND 0x04
#define PROPERTY_WRITE 0x08

/* A Client Characteristic Configuration that enables notifications. */
#define CCCD_NOTIFY 0x0001

#define FIRST_HANDLE 0x0001
#define LAST_HANDLE 0xffff

/* Handle, properties, handle of the value: before a characteristic's UUID. */
#define DECLARATION 5

/* Formats of a Find Information Response: part F, 3.4.3.2. */
#define FORMAT_16 1
#define FORMAT_128 2

struct range {
	uint16_t first;
	uint16_t last;
};

struct characteristic {
	uint16_t declaration;
	uint8_t properties;
	uint16_t value;
	const uint8_t *uuid;
	size_t uuid_length;
};

/* The handles that the characteristics read so far have. */
struct search {
	struct gatt gatt;
	struct range after_notify; /* where the CCCD may be */
};

/* 0000xxxx-0000-1000-8000-00805f9b34fb, last byte first. */
static void expand_uuid(uint8_t uuid[16], uint16_t number)
{
	static const uint8_t base[16] = { 0xfb, 0x34, 0x9b, 0x5f, 0x80, 0x00,
		0x00, 0x80, 0x00, 0x10 };

	memcpy(uuid, base, sizeof base);
	put_le16(uuid + 12, number);
}

static bool uuid_is(const uint8_t *uuid, size_t length, uint16_t number)
{
	uint8_t expanded[16];

	if (length == 2)
		return get_le16(uuid) == number;
	expand_uuid(expanded, number);
	return length == 16 && memcmp(uuid, expanded, 16) == 0;
}

/* The search for a service, its UUID in the form given. */
static int find_service(struct att *att, struct range *service,
	const uint8_t *uuid, size_t uuid_length, int64_t deadline)
{
	uint8_t request[7 + 16] = { ATT_FIND_BY_TYPE_VALUE };
	uint8_t response[ATT_MTU_MAX];
	struct range range;
	int n;

	put_le16(request + 1, FIRST_HANDLE);
	put_le16(request + 3, LAST_HANDLE);
	put_le16(request + 5, UUID_PRIMARY_SERVICE);
	memcpy(request + 7, uuid, uuid_length);
	n = att_request(att, request, 7 + uuid_length, response, deadline);
	if (n < 0)
		return n;

	range.first = get_le16(response + 1);
	range.last = get_le16(response + 3);
	if ((n - 1) % 4 != 0 || range.first == 0 || range.last < range.first)
		return att_violation(att);
	*service = range;
	return 0;
}

/* The first service ff00. A peer may store its UUID in the long form, which a
 * search for the short form does not match. */
static int discover_service(
	struct att *att, struct range *service, int64_t deadline)
{
	uint8_t uuid[16];
	int error;

	put_le16(uuid, UUID_SERVICE);
	error = find_service(att, service, uuid, 2, deadline);
	if (error == -BT_EATT && att_error_code(att) == ATT_CODE_NOT_FOUND) {
		expand_uuid(uuid, UUID_SERVICE);
		error = find_service(att, service, uuid, 16, deadline);
	}
	if (error == -BT_EATT && att_error_code(att) == ATT_CODE_NOT_FOUND)
		return -BT_ENOSERVICE;
	return error;
}

static void record_characteristic(
	struct search *search, const struct characteristic *c)
{
	/* The descriptors of a characteristic end where the next characteristic
	 * begins. */
	if (search->gatt.notify != 0 &&
		c->declaration <= search->after_notify.last)
		search->after_notify.last = c->declaration - 1;

	if (search->gatt.notify == 0 &&
		uuid_is(c->uuid, c->uuid_length, UUID_NOTIFY)) {
		search->gatt.notify = c->value;
		search->after_notify.first = c->value;
	}
	if (search->gatt.write == 0 &&
		uuid_is(c->uuid, c->uuid_length, UUID_WRITE) &&
		c->properties & (PROPERTY_WRITE | PROPERTY_WRITE_COMMAND)) {
		search->gatt.write = c->value;
		search->gatt.has_response = c->properties & PROPERTY_WRITE;
	}
}

/* One response: a list of declarations of equal size. Returns the last handle.
 */
static int record_characteristics(struct att *att, struct search *search,
	const struct range *left, const uint8_t *response, size_t length)
{
	size_t size = response[1];
	uint16_t previous = left->first - 1;

	if ((size != DECLARATION + 2 && size != DECLARATION + 16) ||
		length < 2 + size || (length - 2) % size != 0)
		return att_violation(att);
	for (size_t i = 2; i < length; i += size) {
		const struct characteristic c = {
			.declaration = get_le16(response + i),
			.properties = response[i + 2],
			.value = get_le16(response + i + 3),
			.uuid = response + i + DECLARATION,
			.uuid_length = size - DECLARATION,
		};

		/* Growing handles also see to it that the walk ends. */
		if (c.declaration <= previous || c.value <= c.declaration ||
			c.value > left->last)
			return att_violation(att);
		record_characteristic(search, &c);
		previous = c.declaration;
	}
	return previous;
}

static int discover_characteristics(struct att *att, struct search *search,
	const struct range *service, int64_t deadline)
{
	struct range left = *service;

	while (left.first < left.last) {
		uint8_t request[7] = { ATT_READ_BY_TYPE };
		uint8_t response[ATT_MTU_MAX];
		int n;

		put_le16(request + 1, left.first);
		put_le16(request + 3, left.last);
		put_le16(request + 5, UUID_CHARACTERISTIC);
		n = att_request(
			att, request, sizeof request, response, deadline);
		if (n == -BT_EATT && att_error_code(att) == ATT_CODE_NOT_FOUND)
			return 0;
		if (n >= 0)
			n = record_characteristics(
				att, search, &left, response, (size_t)n);
		if (n < 0)
			return n;
		/* A value lies behind its declaration: no overflow. */
		left.first = (uint16_t)(n + 1);
	}
	return 0;
}

/* One response: handles with their UUIDs. Returns the last handle; sets
 * *cccd if it is among them. */
static int record_descriptors(struct att *att, uint16_t *cccd,
	const struct range *left, const uint8_t *response, size_t length)
{
	size_t uuid_length = response[1] == FORMAT_16 ? 2 : 16;
	size_t size = 2 + uuid_length;
	uint16_t previous = left->first - 1;

	if ((response[1] != FORMAT_16 && response[1] != FORMAT_128) ||
		length < 2 + size || (length - 2) % size != 0)
		return att_violation(att);
	for (size_t i = 2; i < length; i += size) {
		uint16_t handle = get_le16(response + i);

		if (handle <= previous || handle > left->last)
			return att_violation(att);
		if (*cccd == 0 &&
			uuid_is(response + i + 2, uuid_length, UUID_CCCD))
			*cccd = handle;
		previous = handle;
	}
	return previous;
}

static int discover_cccd(struct att *att, uint16_t *cccd,
	const struct range *after_notify, int64_t deadline)
{
	struct range left = *after_notify;

	while (*cccd == 0 && left.first <= left.last) {
		uint8_t request[5] = { ATT_FIND_INFORMATION };
		uint8_t response[ATT_MTU_MAX];
		int n;

		put_le16(request + 1, left.first);
		put_le16(request + 3, left.last);
		n = att_request(
			att, request, sizeof request, response, deadline);
		if (n == -BT_EATT && att_error_code(att) == ATT_CODE_NOT_FOUND)
			return 0;
		if (n >= 0)
			n = record_descriptors(
				att, cccd, &left, response, (size_t)n);
		if (n < 0)
			return n;
		if (n == LAST_HANDLE)
			return 0;
		left.first = (uint16_t)(n + 1);
	}
	return 0;
}

int gatt_discover(struct att *att, struct gatt *gatt, int64_t deadline)
{
	struct search search = { 0 };
	struct range service = { 0 };
	int error = discover_service(att, &service, deadline);

	if (error < 0)
		return error;
	search.after_notify.last = service.last;
	error = discover_characteristics(att, &search, &service, deadline);
	if (error < 0)
		return error;
	if (search.gatt.notify == 0 || search.gatt.write == 0)
		return -BT_ENOSERVICE;
	error = discover_cccd(
		att, &search.gatt.cccd, &search.after_notify, deadline);
	if (error < 0)
		return error;
	if (search.gatt.cccd == 0)
		return -BT_ENOSERVICE;
	*gatt = search.gatt;
	return 0;
}

int gatt_subscribe(struct att *att, const struct gatt *gatt, int64_t deadline)
{
	uint8_t value[2];

	put_le16(value, CCCD_NOTIFY);
	return att_write(att, gatt->cccd, value, sizeof value, deadline);
}

int gatt_write(struct att *att, const struct gatt *gatt, const uint8_t *frame,
	size_t length, int64_t deadline)
{
	size_t most = att_mtu(att) - 3u;
	int error = 0;

	if (gatt->has_response)
		return att_write(att, gatt->write, frame, length, deadline);
	for (size_t sent = 0; error == 0 && sent < length; sent += most) {
		size_t piece = length - sent < most ? length - sent : most;

		error = att_write_command(
			att, gatt->write, frame + sent, piece, deadline);
	}
	return error;
}

int gatt_read_name(struct att *att, char *name, size_t size, int64_t deadline)
{
	uint8_t request[7] = { ATT_READ_BY_TYPE };
	uint8_t response[ATT_MTU_MAX];
	uint8_t value[ATT_VALUE_MAX];
	size_t length, most;
	size_t zeros = 0;
	int n;

	put_le16(request + 1, FIRST_HANDLE);
	put_le16(request + 3, LAST_HANDLE);
	put_le16(request + 5, UUID_DEVICE_NAME);
	n = att_request(att, request, sizeof request, response, deadline);
	if (n < 0)
		return n;
	/* Size of an entry, then the first entry: handle, value. */
	if (response[1] < 2 || n < 2 + response[1])
		return att_violation(att);
	length = response[1] - 2u;
	memcpy(value, response + 4, length);

	/* The value may continue if it fills the entry. */
	most = att_mtu(att) - 4u < 253 ? att_mtu(att) - 4u : 253;
	if (length == most) {
		n = att_read(att, get_le16(response + 2), length,
			value + length, sizeof value - length, deadline);
		if (n < 0)
			return n;
		length += (size_t)n;
	}
	while (zeros < length && value[zeros] == 0)
		zeros++;
	length -= zeros;
	if (length > size - 1)
		length = size - 1;
	memcpy(name, value + zeros, length);
	name[length] = '\0';
	return 0;
}
