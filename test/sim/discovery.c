/* Finding and reading: Bluetooth Core Specification 5.4, volume 3, part F,
 * 3.4.3 and 3.4.4. */
#include "discovery.h"

#include <string.h>

#include "base/bytes.h"
#include "send.h"

/* The size of an entry in a list must fit one byte. */
#define ENTRY_MAX 255

/* The value of an attribute, which may be one that changes. */
static const uint8_t *value_of(const struct gatt *gatt,
	const struct attribute *attribute, uint8_t cccd[2], size_t *length)
{
	switch (attribute->handle) {
	case HANDLE_NAME:
		*length = strlen(gatt->name);
		return (const uint8_t *)gatt->name;
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

/* Whether an attribute lies in the range asked for and is not hidden. */
static bool is_there(const struct gatt *gatt, const struct range *range,
	const struct attribute *attribute)
{
	return ranges_have(range, 1, attribute->handle) &&
		!ranges_have(&gatt->hidden, 1, attribute->handle);
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

const struct attribute *discovery_find(const struct gatt *gatt, uint16_t handle)
{
	if (ranges_have(&gatt->hidden, 1, handle))
		return NULL;
	return database_find(handle);
}

int discovery_information(struct gatt *gatt, const uint8_t *pdu, size_t length)
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
		if (!is_there(gatt, &range, a))
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

int discovery_by_type_value(
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
		if (!is_there(gatt, &range, a) || !has_type(a, pdu + 5, 2) ||
			length - 7 != a->length ||
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

/* Entries of handle, in a group also its end, and value. */
int discovery_read_by_type(struct gatt *gatt, const uint8_t *pdu, size_t length)
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

		if (!is_there(gatt, &range, a) ||
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
int discovery_read(struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	uint8_t response[SIM_MTU_MAX] = { pdu[0] + 1 };
	const struct attribute *attribute;
	const uint8_t *value;
	uint8_t cccd[2];
	size_t size, offset;

	if (length != (pdu[0] == 0x0c ? 5 : 3))
		return send_error(gatt, pdu[0], 0, INVALID_PDU);
	offset = length == 5 ? get_le16(pdu + 3) : 0;
	attribute = discovery_find(gatt, get_le16(pdu + 1));
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
