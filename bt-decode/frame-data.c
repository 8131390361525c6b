/* Registers in frames: modbus.h. */
#include "frame-data.h"

#include <string.h>

#include "base/bytes.h"
#include "modbus/modbus.h"

/* Their offset in a frame. */
#define READ_DATA 3	  /* of an answer: after the count of bytes */
#define WRITE_ONE_DATA 4  /* of request and answer */
#define WRITE_MANY_DATA 7 /* of a request */
#define CRC_LENGTH 2

static bool is_answered(const struct frame_line *line)
{
	return line->response_length > 0 && !modbus_exception(line->response);
}

bool frame_data(struct frame_data *data, struct frame_line *line)
{
	struct modbus_request request;

	if (line->kind != FRAME_LINE_EXCHANGE)
		return false;
	modbus_parse_request(&request, line->request, line->request_length);
	data->unit_id = request.unit_id;
	data->address = request.address;
	data->count = request.count;
	switch (request.function) {
	case MODBUS_READ:
		data->bytes = line->response + READ_DATA;
		return is_answered(line);
	case MODBUS_WRITE_ONE:
		data->bytes = line->request + WRITE_ONE_DATA;
		return true;
	case MODBUS_WRITE_MANY:
		data->bytes = line->request + WRITE_MANY_DATA;
		return true;
	}
	return false;
}

static void renew_crc(uint8_t *frame, size_t length)
{
	put_le16(frame + length - CRC_LENGTH,
		modbus_crc(frame, length - CRC_LENGTH));
}

void frame_data_renew(struct frame_line *line)
{
	if (line->request[1] == MODBUS_READ) {
		renew_crc(line->response, line->response_length);
		return;
	}
	renew_crc(line->request, line->request_length);
	/* Which is repeated, checksum and all. */
	if (line->request[1] == MODBUS_WRITE_ONE && is_answered(line))
		memcpy(line->response, line->request, line->request_length);
}
