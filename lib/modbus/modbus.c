/*
 * MODBUS RTU framing.
 *
 *  request read        unit 03 address count                         CRC
 *  answer              unit 03 bytes data...                         CRC
 *  request write one   unit 06 address value                         CRC
 *  request write many  unit 10 address count bytes data...           CRC
 *  answer to a write   the first six bytes of its request            CRC
 *  exception           unit function|80 code                         CRC
 */
#include "modbus/modbus.h"

#include <string.h>

#include "base/bytes.h"
#include "base/errors.h"

#define CRC_START 0xffff
#define CRC_LENGTH 2

#define READ_OVERHEAD 5	      /* of an answer: all but its data */
#define WRITE_MANY_OVERHEAD 9 /* of a request: all but its data */
#define EXCEPTION_LENGTH 5

/* The effect of half a byte on the checksum: four steps of the polynomial
 * 0xa001, which is 0x8005 reflected. */
static const uint16_t crc_steps[16] = {
	0x0000,
	0xcc01,
	0xd801,
	0x1400,
	0xf001,
	0x3c00,
	0x2800,
	0xe401,
	0xa001,
	0x6c00,
	0x7800,
	0xb401,
	0x5000,
	0x9c01,
	0x8801,
	0x4400,
};

uint16_t modbus_crc(const uint8_t *bytes, size_t length)
{
	uint16_t crc = CRC_START;

	for (size_t i = 0; i < length; i++) {
		crc ^= bytes[i];
		crc = (uint16_t)(crc >> 4 ^ crc_steps[crc & 0xf]);
		crc = (uint16_t)(crc >> 4 ^ crc_steps[crc & 0xf]);
	}
	return crc;
}

static bool has_good_crc(const uint8_t *frame, size_t length)
{
	return get_le16(frame + length - CRC_LENGTH) ==
		modbus_crc(frame, length - CRC_LENGTH);
}

static size_t build_short(uint8_t *frame, uint8_t unit_id,
	enum modbus_function function, uint16_t first, uint16_t second)
{
	frame[0] = unit_id;
	frame[1] = (uint8_t)function;
	put_be16(frame + 2, first);
	put_be16(frame + 4, second);
	put_le16(frame + 6, modbus_crc(frame, 6));
	return MODBUS_SHORT_FRAME;
}

size_t modbus_build_read(uint8_t frame[MODBUS_SHORT_FRAME], uint8_t unit_id,
	uint16_t address, uint16_t count)
{
	return build_short(frame, unit_id, MODBUS_READ, address, count);
}

size_t modbus_build_write(uint8_t frame[MODBUS_SHORT_FRAME], uint8_t unit_id,
	uint16_t address, uint16_t value)
{
	return build_short(frame, unit_id, MODBUS_WRITE_ONE, address, value);
}

/* The length that a request must have; 0 if the function is not supported. */
static size_t request_length(const uint8_t *frame)
{
	switch (frame[1]) {
	case MODBUS_READ:
	case MODBUS_WRITE_ONE:
		return MODBUS_SHORT_FRAME;
	case MODBUS_WRITE_MANY:
		return WRITE_MANY_OVERHEAD + (size_t)frame[6];
	}
	return 0;
}

static bool count_in_bounds(
	const struct modbus_request *request, const uint8_t *frame)
{
	switch (request->function) {
	case MODBUS_READ:
		if (request->count > MODBUS_READ_MAX)
			return 0;
		break;
	case MODBUS_WRITE_ONE:
		return 1;
	case MODBUS_WRITE_MANY:
		if (request->count > MODBUS_WRITE_MAX ||
			frame[6] != 2 * request->count)
			return 0;
		break;
	}
	return request->count > 0 &&
		(uint32_t)request->address + request->count <= 0x10000;
}

int modbus_parse_request(
	struct modbus_request *request, const uint8_t *frame, size_t length)
{
	struct modbus_request r;

	if (length < MODBUS_SHORT_FRAME)
		return -BT_ELENGTH;
	if (request_length(frame) == 0)
		return -BT_EREQUEST;
	if (length != request_length(frame))
		return -BT_ELENGTH;
	if (!has_good_crc(frame, length))
		return -BT_ECRC;

	r.unit_id = frame[0];
	r.function = (enum modbus_function)frame[1];
	r.address = get_be16(frame + 2);
	r.count = r.function == MODBUS_WRITE_ONE ? 1 : get_be16(frame + 4);
	r.value = r.function == MODBUS_WRITE_ONE ? get_be16(frame + 4) : 0;
	if (!count_in_bounds(&r, frame))
		return -BT_EREQUEST;
	*request = r;
	return 0;
}

int modbus_answer_length(const uint8_t *bytes, size_t length)
{
	if (length < 2)
		return 0;
	switch (bytes[1]) {
	case MODBUS_READ:
		return length < 3 ? 0 : READ_OVERHEAD + bytes[2];
	case MODBUS_WRITE_ONE:
	case MODBUS_WRITE_MANY:
		return MODBUS_SHORT_FRAME;
	case MODBUS_READ | MODBUS_EXCEPTION:
	case MODBUS_WRITE_ONE | MODBUS_EXCEPTION:
	case MODBUS_WRITE_MANY | MODBUS_EXCEPTION:
		return EXCEPTION_LENGTH;
	}
	return -BT_EMISMATCH;
}

/* Unit, function and byte count are those that the request asks for. */
static bool begins_as_asked(
	const struct modbus_request *request, const uint8_t *frame)
{
	if (frame[0] != request->unit_id)
		return false;
	if (frame[1] == (request->function | MODBUS_EXCEPTION))
		return true;
	return frame[1] == request->function &&
		(frame[1] != MODBUS_READ || frame[2] == 2 * request->count);
}

/* The answer to a write repeats the request: address, and the value written
 * or the count. */
static bool repeats(const struct modbus_request *request, const uint8_t *frame)
{
	uint16_t second = request->function == MODBUS_WRITE_ONE
		? request->value
		: request->count;

	return get_be16(frame + 2) == request->address &&
		get_be16(frame + 4) == second;
}

int modbus_check_answer(const struct modbus_request *request,
	const uint8_t *frame, size_t length)
{
	int expected = modbus_answer_length(frame, length);

	if (expected < 0)
		return expected;
	if (expected == 0)
		return -BT_ELENGTH;
	if (!begins_as_asked(request, frame))
		return -BT_EMISMATCH;
	if (length != (size_t)expected)
		return -BT_ELENGTH;
	if (!has_good_crc(frame, length))
		return -BT_ECRC;
	/* Codes start at 1. */
	if (frame[1] & MODBUS_EXCEPTION && !modbus_exception(frame))
		return -BT_EMISMATCH;
	if (!modbus_exception(frame) && request->function != MODBUS_READ &&
		!repeats(request, frame))
		return -BT_EMISMATCH;
	return 0;
}

int modbus_exception(const uint8_t *answer)
{
	return answer[1] & MODBUS_EXCEPTION ? answer[2] : 0;
}

bool modbus_is_busy(const uint8_t *answer)
{
	int code = modbus_exception(answer);

	return code == MODBUS_ACKNOWLEDGE || code == MODBUS_BUSY;
}

uint16_t modbus_register(const uint8_t *answer, unsigned n)
{
	return get_be16(answer + 3 + 2 * n);
}
