/*
 * Values of attributes, read and written in as many PDUs as they take:
 * Bluetooth Core Specification 5.4, volume 3, part F, 3.4.4 to 3.4.6.
 */
#include "ble/att.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "base/errors.h"

/* Opcode and handle: the bytes before the value of a write. */
#define WRITE_HEADER 3
/* Opcode, handle, offset: before that of a prepared write. */
#define PREPARE_HEADER 5

/* Flags of an Execute Write Request: 3.4.6.3. */
#define EXECUTE_CANCEL 0x00
#define EXECUTE_WRITE 0x01

/* The refusals of a Read Blob behind the end of the value. */
static bool is_end(uint8_t code)
{
	return code == ATT_CODE_INVALID_OFFSET || code == ATT_CODE_NOT_LONG;
}

/* One Read or, after the first part, Read Blob. Returns the length of the part
 * and sets *is_last if no further part can follow. */
static int read_part(struct att *att, uint16_t handle, size_t offset,
	uint8_t part[ATT_MTU_MAX], bool *is_last, int64_t deadline)
{
	uint8_t request[5] = { offset == 0 ? ATT_READ : ATT_READ_BLOB };
	size_t mtu = att_mtu(att);
	int n;

	put_le16(request + 1, handle);
	put_le16(request + 3, (uint16_t)offset);
	n = att_request(att, request, offset == 0 ? 3 : 5, part, deadline);
	/* These errors end a value that fills its PDUs exactly. */
	if (n == -BT_EATT && offset > 0 && is_end(att_error_code(att))) {
		*is_last = true;
		return 0;
	}
	if (n < 0)
		return n;
	*is_last = (size_t)n < mtu;
	memmove(part, part + 1, (size_t)n - 1);
	return n - 1;
}

int att_read(struct att *att, uint16_t handle, size_t offset, uint8_t *value,
	size_t size, int64_t deadline)
{
	uint8_t whole[ATT_VALUE_MAX];
	uint8_t part[ATT_MTU_MAX];
	size_t used = 0;
	bool is_last = false;

	if (offset >= ATT_VALUE_MAX)
		return 0;
	if (size > ATT_VALUE_MAX - offset)
		size = ATT_VALUE_MAX - offset;
	while (!is_last && used < size) {
		int n = read_part(
			att, handle, offset + used, part, &is_last, deadline);
		size_t fits;

		if (n < 0)
			return n;
		fits = (size_t)n < size - used ? (size_t)n : size - used;
		memcpy(whole + used, part, fits);
		used += fits;
	}
	memcpy(value, whole, used);
	return (int)used;
}

/* One piece of a long write; checks that the peer repeats it. */
static int prepare_write(struct att *att, uint16_t handle, size_t offset,
	const uint8_t *piece, size_t length, int64_t deadline)
{
	uint8_t request[ATT_MTU_MAX] = { ATT_PREPARE_WRITE };
	uint8_t response[ATT_MTU_MAX];
	int n;

	put_le16(request + 1, handle);
	put_le16(request + 3, (uint16_t)offset);
	memcpy(request + PREPARE_HEADER, piece, length);
	n = att_request(
		att, request, PREPARE_HEADER + length, response, deadline);
	if (n < 0)
		return n;
	if ((size_t)n != PREPARE_HEADER + length ||
		memcmp(response + 1, request + 1, (size_t)n - 1) != 0)
		return att_violation(att);
	return 0;
}

static int execute_write(struct att *att, uint8_t flag, int64_t deadline)
{
	const uint8_t request[] = { ATT_EXECUTE_WRITE, flag };
	uint8_t response[ATT_MTU_MAX];
	int n = att_request(att, request, sizeof request, response, deadline);

	return n < 0 ? n : 0;
}

static int write_long(struct att *att, uint16_t handle, const uint8_t *value,
	size_t length, int64_t deadline)
{
	size_t offset = 0;
	int error = 0;

	while (error == 0 && offset < length) {
		size_t piece = att_mtu(att) - PREPARE_HEADER;

		if (piece > length - offset)
			piece = length - offset;
		error = prepare_write(
			att, handle, offset, value + offset, piece, deadline);
		offset += piece;
	}
	if (error == 0)
		return execute_write(att, EXECUTE_WRITE, deadline);
	/* Refused: the pieces before must not wait for the next write. */
	if (error == -BT_EATT)
		execute_write(att, EXECUTE_CANCEL, deadline);
	return error;
}

int att_write(struct att *att, uint16_t handle, const uint8_t *value,
	size_t length, int64_t deadline)
{
	uint8_t request[ATT_MTU_MAX] = { ATT_WRITE };
	uint8_t response[ATT_MTU_MAX];
	int n;

	if (length > ATT_VALUE_MAX)
		return -EMSGSIZE;
	if (length > (size_t)att_mtu(att) - WRITE_HEADER)
		return write_long(att, handle, value, length, deadline);
	put_le16(request + 1, handle);
	memcpy(request + WRITE_HEADER, value, length);
	n = att_request(
		att, request, WRITE_HEADER + length, response, deadline);
	return n < 0 ? n : 0;
}

int att_write_command(struct att *att, uint16_t handle, const uint8_t *value,
	size_t length, int64_t deadline)
{
	uint8_t command[ATT_MTU_MAX] = { ATT_WRITE_COMMAND };

	if (length > (size_t)att_mtu(att) - WRITE_HEADER)
		return -EMSGSIZE;
	put_le16(command + 1, handle);
	memcpy(command + WRITE_HEADER, value, length);
	return att_send(att, command, WRITE_HEADER + length, deadline);
}
