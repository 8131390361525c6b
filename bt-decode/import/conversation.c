/* Requests and answers, put together. */
#include "conversation.h"

#include <string.h>

#include "base/bytes.h"
#include "base/errors.h"

/* Bytes of a write of several registers before the data, and without them. */
#define WRITE_MANY_HEADER 7
#define WRITE_MANY_FRAME 9

/* Bytes before the registers in the answer to a read. */
#define READ_HEADER 3

static void clear(struct conversation *c)
{
	c->is_asked = false;
	c->request_length = c->answer_length = 0;
}

static void set_note(struct outcome *outcome, enum note note)
{
	outcome->has_note = true;
	outcome->note = note;
}

/* --- exchanges ----------------------------------------------------------- */

/* Sets the line of the exchange; tag: why there is no answer, or NULL. */
static void put_line(
	struct conversation *c, const char *tag, struct outcome *outcome)
{
	struct frame_line *line = outcome->line;

	memset(line, 0, sizeof *line);
	line->kind = FRAME_LINE_EXCHANGE;
	line->time = c->time;
	line->start = -1;
	memcpy(line->address, c->address, sizeof line->address);
	memcpy(line->request, c->request, c->request_length);
	line->request_length = c->request_length;
	if (tag) {
		strcpy(line->error_tag, tag);
	} else {
		memcpy(line->response, c->answer, c->answer_length);
		line->response_length = c->answer_length;
	}
	outcome->has_line = true;
	clear(c);
}

void conversation_close(
	struct conversation *c, const char *tag, struct outcome *outcome)
{
	if (c->answer_length > 0 || (c->request_length > 0 && !c->is_asked))
		set_note(outcome, NOTE_CUT);
	if (!c->is_asked) {
		clear(c);
		return;
	}
	put_line(c, tag, outcome);
	/* The closing line may have a much later time. */
	if (strcmp(tag, CONVERSATION_UNLOGGED) == 0)
		outcome->line->time = c->asked_time;
}

static void take_answer(struct conversation *c, struct outcome *outcome)
{
	int error = modbus_check_answer(&c->asked, c->answer, c->answer_length);

	if (error < 0)
		set_note(outcome,
			error == -BT_ECRC ? NOTE_CHECKSUM : NOTE_MISMATCH);
	put_line(c, error < 0 ? error_tag(error) : NULL, outcome);
}

/* --- bytes --------------------------------------------------------------- */

/* The length of the request that begins with these bytes; 0: more bytes are
 * needed; -1: no request begins like this. */
static int request_length(const uint8_t *bytes, size_t length)
{
	if (length < 2)
		return 0;
	switch (bytes[1]) {
	case MODBUS_READ:
	case MODBUS_WRITE_ONE:
		return MODBUS_SHORT_FRAME;
	case MODBUS_WRITE_MANY:
		if (length < WRITE_MANY_HEADER)
			return 0;
		return bytes[WRITE_MANY_HEADER - 1] <= 2 * MODBUS_WRITE_MAX
			? WRITE_MANY_FRAME + bytes[WRITE_MANY_HEADER - 1]
			: -1;
	}
	return -1;
}

static bool add_to_request(
	struct conversation *c, uint8_t byte, struct outcome *outcome)
{
	int length, error;

	c->request[c->request_length++] = byte;
	length = request_length(c->request, c->request_length);
	if (length < 0) {
		set_note(outcome, NOTE_NO_REQUEST);
		clear(c);
		return false;
	}
	if (length == 0 || c->request_length < (size_t)length)
		return true;
	error = modbus_parse_request(&c->asked, c->request, c->request_length);
	c->is_asked = error == 0;
	c->asked_time = c->time;
	if (error < 0) {
		set_note(outcome,
			error == -BT_ECRC ? NOTE_CHECKSUM : NOTE_NO_REQUEST);
		clear(c);
	}
	return error == 0;
}

static bool add_to_answer(
	struct conversation *c, uint8_t byte, struct outcome *outcome)
{
	int length;

	c->answer[c->answer_length++] = byte;
	length = modbus_answer_length(c->answer, c->answer_length);
	if (length < 0 || length > MODBUS_FRAME_MAX) {
		set_note(outcome, NOTE_MISMATCH);
		put_line(c, error_tag(-BT_EMISMATCH), outcome);
		return false;
	}
	if (length > 0 && c->answer_length == (size_t)length)
		take_answer(c, outcome);
	return true;
}

bool conversation_byte(
	struct conversation *c, uint8_t byte, struct outcome *outcome)
{
	return c->is_asked ? add_to_answer(c, byte, outcome)
			   : add_to_request(c, byte, outcome);
}

bool conversation_begins(
	const struct conversation *c, const uint8_t *bytes, size_t length)
{
	struct modbus_request request;

	if (modbus_parse_request(&request, bytes, length) < 0)
		return false;
	return !c->is_asked || c->answer_length > 0 ||
		modbus_check_answer(&c->asked, bytes, length) < 0;
}

bool conversation_can_begin(
	const struct conversation *c, const uint8_t *bytes, size_t length)
{
	if (!c->is_asked && c->request_length > 0)
		return true;
	return length >= 2 && length > MODBUS_SHORT_FRAME &&
		bytes[1] == MODBUS_WRITE_MANY &&
		request_length(bytes, length) > (int)length;
}

/* --- requests as text ---------------------------------------------------- */

void conversation_ask(struct conversation *c, const uint8_t *request,
	size_t length, struct outcome *outcome)
{
	conversation_close(c, CONVERSATION_UNLOGGED, outcome);
	memcpy(c->request, request, length);
	c->request_length = length;
	c->is_asked = modbus_parse_request(&c->asked, request, length) == 0;
	c->asked_time = c->time;
}

void conversation_data(struct conversation *c, const uint8_t *data,
	size_t length, struct outcome *outcome)
{
	if (!c->is_asked || c->asked.function != MODBUS_READ) {
		set_note(outcome, NOTE_NO_REQUEST);
		return;
	}
	if (length != 2 * (size_t)c->asked.count) {
		set_note(outcome, NOTE_PAYLOAD);
		put_line(c, error_tag(-BT_EMISMATCH), outcome);
		return;
	}
	c->answer[0] = c->asked.unit_id;
	c->answer[1] = MODBUS_READ;
	c->answer[2] = (uint8_t)length;
	memcpy(c->answer + READ_HEADER, data, length);
	c->answer_length = READ_HEADER + length;
	put_le16(c->answer + c->answer_length,
		modbus_crc(c->answer, c->answer_length));
	c->answer_length += 2;
	take_answer(c, outcome);
}

void conversation_echo(struct conversation *c, struct outcome *outcome)
{
	if (!c->is_asked || c->asked.function != MODBUS_WRITE_ONE)
		return;
	memcpy(c->answer, c->request, c->request_length);
	c->answer_length = c->request_length;
	take_answer(c, outcome);
}
