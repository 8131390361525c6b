/*
 * Fuzz target: answers of a station to a MODBUS request. The first bytes are
 * the request's function, unit, register, and number or value; the rest is
 * what the station sends.
 */
#include <stdlib.h>

#include "base/bytes.h"
#include "modbus/modbus.h"

#define HEAD 6

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A condition that no input may break. */
static void must(bool condition)
{
	if (!condition)
		abort();
}

static size_t build(uint8_t frame[MODBUS_SHORT_FRAME], const uint8_t *data)
{
	uint16_t address = get_be16(data + 2), number = get_be16(data + 4);

	return data[0] % 2 ? modbus_build_write(frame, data[1], address, number)
			   : modbus_build_read(frame, data[1], address,
				     (uint16_t)(number % MODBUS_READ_MAX + 1));
}

/* A good answer has what was asked for. */
static void use(const struct modbus_request *request, const uint8_t *answer,
	size_t length)
{
	unsigned sum = 0;

	must(modbus_answer_length(answer, length) == (int)length);
	must(modbus_crc(answer, length) == 0);
	must(answer[0] == request->unit_id);
	if (modbus_exception(answer) != 0) {
		must(length == 5);
		modbus_is_busy(answer);
	} else if (request->function == MODBUS_READ) {
		must(length == 5 + 2 * (size_t)request->count);
		for (unsigned i = 0; i < request->count; i++)
			sum += modbus_register(answer, i);
		must(sum <= 65535u * request->count);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t frame[MODBUS_SHORT_FRAME];
	struct modbus_request request;
	int length;

	modbus_parse_request(&request, data, size);
	if (size < HEAD)
		return 0;
	if (modbus_parse_request(&request, frame, build(frame, data)) < 0)
		return 0;
	data += HEAD;
	size -= HEAD;
	/* What is to come does not change with what came. */
	length = modbus_answer_length(data, size);
	for (size_t i = 0; i < size && length > 0; i++) {
		int before = modbus_answer_length(data, i);

		must(before == 0 || before == length);
	}
	if (modbus_check_answer(&request, data, size) == 0)
		use(&request, data, size);
	return 0;
}
