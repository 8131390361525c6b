/* Frame lines: bt-frames(5). */
#include "modbus/frame-line.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/hex.h"

#define UNKNOWN "-"
#define END "end"

#define FIELDS 5 /* of a whole line */
#define BARE 2	 /* REQUEST RESPONSE alone */

/* The longest line: the times, the strings escaped, the two frames. */
_Static_assert(2 * CLOCK_TEXT + 2 * 3 * FRAME_LINE_STRING_MAX +
			2 * 2 * MODBUS_FRAME_MAX + FIELDS + 1 <=
		FRAME_LINE_MAX,
	"a line fits");
_Static_assert(FRAME_LINE_MAX <= PIPE_BUF, "a line is written at once");

/* A piece of the line, not terminated. */
struct piece {
	const char *text;
	size_t length;
};

static bool piece_is(const struct piece *piece, const char *text)
{
	return piece->length == strlen(text) &&
		memcmp(piece->text, text, piece->length) == 0;
}

/* A byte that stands for itself in ADDRESS and NAME. */
static bool is_plain(unsigned char byte)
{
	return byte > 0x20 && byte < 0x7f && byte != '%';
}

/* --- writing ------------------------------------------------------------- */

size_t frame_line_escape(char text[FRAME_LINE_ESCAPED], const char *string)
{
	/* A name that is "-" itself must not look like no name. */
	bool is_dash = strcmp(string, UNKNOWN) == 0;
	size_t used = 0;

	if (*string == '\0')
		text[used++] = *UNKNOWN;
	for (; *string; string++) {
		uint8_t byte = (uint8_t)*string;

		if (is_plain(byte) && !is_dash) {
			text[used++] = *string;
		} else {
			text[used++] = '%';
			used += hex_encode(text + used, &byte, 1);
		}
	}
	text[used] = '\0';
	return used;
}

static size_t format_string(char *text, const char *string)
{
	size_t used = frame_line_escape(text, string);

	text[used] = ' ';
	return used + 1;
}

static size_t format_time(char *text, int64_t time)
{
	if (time < 0) {
		memcpy(text, "- ", 2);
		return 2;
	}
	clock_format(text, time);
	text[CLOCK_TEXT] = ' ';
	return CLOCK_TEXT + 1;
}

static size_t format_exchange(char *text, const struct frame_line *line)
{
	size_t used = hex_encode(text, line->request, line->request_length);

	text[used++] = ' ';
	if (line->response_length > 0) {
		used += hex_encode(
			text + used, line->response, line->response_length);
	} else {
		text[used++] = '!';
		memcpy(text + used, line->error_tag, strlen(line->error_tag));
		used += strlen(line->error_tag);
	}
	return used;
}

size_t frame_line_format(
	char text[FRAME_LINE_MAX], const struct frame_line *line)
{
	size_t used = format_time(text, line->time);

	used += format_string(text + used, line->address);
	used += format_string(text + used, line->name);
	switch (line->kind) {
	case FRAME_LINE_EXCHANGE:
		used += format_exchange(text + used, line);
		break;
	case FRAME_LINE_END:
		used += format_time(text + used, line->start);
		memcpy(text + used, END, strlen(END));
		used += strlen(END);
		break;
	}
	text[used++] = '\n';
	text[used] = '\0';
	return used;
}

/* --- reading ------------------------------------------------------------- */

/* Splits at single blanks; the number of pieces, or FIELDS + 1 for more. */
static int split(struct piece pieces[FIELDS], const char *text, size_t length)
{
	const char *end = text + length;
	int count = 0;

	for (;;) {
		const char *blank = memchr(text, ' ', (size_t)(end - text));
		const char *stop = blank ? blank : end;

		if (count == FIELDS)
			return FIELDS + 1;
		pieces[count].text = text;
		pieces[count].length = (size_t)(stop - text);
		count++;
		if (!blank)
			return count;
		text = blank + 1;
	}
}

static int parse_time(int64_t *time, const struct piece *piece)
{
	if (piece_is(piece, UNKNOWN)) {
		*time = -1;
		return 0;
	}
	return clock_parse(time, piece->text, piece->length);
}

/* "%XX"; the byte, or -1. A zero would end the string early. */
static int parse_escape(const char *text, const char *end)
{
	uint8_t byte;

	if (end - text < 3 || hex_decode(&byte, 1, text + 1, 2) != 1)
		return -1;
	return byte == 0 ? -1 : byte;
}

static int parse_string(
	char string[FRAME_LINE_STRING_MAX + 1], const struct piece *piece)
{
	const char *text = piece->text;
	const char *end = text + piece->length;
	size_t used = 0;

	if (piece->length == 0)
		return -BT_EFIELDS;
	if (piece_is(piece, UNKNOWN))
		end = text;
	while (text < end) {
		bool is_escaped = *text == '%';
		int byte = is_escaped ? parse_escape(text, end) : *text;

		if (used == FRAME_LINE_STRING_MAX || byte < 0 ||
			(!is_escaped && !is_plain((unsigned char)byte)))
			return -BT_ESTRING;
		string[used++] = (char)byte;
		text += is_escaped ? 3 : 1;
	}
	string[used] = '\0';
	return 0;
}

static int parse_request(struct frame_line *line,
	struct modbus_request *request, const struct piece *piece)
{
	int n = hex_decode(line->request, sizeof line->request, piece->text,
		piece->length);

	if (n < 0)
		return n;
	line->request_length = (size_t)n;
	return modbus_parse_request(
		request, line->request, line->request_length);
}

/* Only the form of the tag is checked, so that future tags are accepted. */
static int parse_word(struct frame_line *line, const struct piece *piece)
{
	size_t length = piece->length - 1;

	if (length == 0 || length > FRAME_LINE_TAG_MAX)
		return -BT_EFIELDS;
	for (size_t i = 0; i < length; i++) {
		char c = piece->text[1 + i];

		if ((c < 'a' || c > 'z') && (i == 0 || c != '-'))
			return -BT_EFIELDS;
	}
	memcpy(line->error_tag, piece->text + 1, length);
	line->error_tag[length] = '\0';
	line->response_length = 0;
	return 0;
}

static int parse_response(struct frame_line *line,
	const struct modbus_request *request, const struct piece *piece)
{
	int n;

	if (piece->length > 0 && piece->text[0] == '!')
		return parse_word(line, piece);
	n = hex_decode(line->response, sizeof line->response, piece->text,
		piece->length);
	if (n < 0)
		return n;
	line->response_length = (size_t)n;
	line->error_tag[0] = '\0';
	return modbus_check_answer(
		request, line->response, line->response_length);
}

static int parse_exchange(
	struct frame_line *line, const struct piece *pieces, const char **field)
{
	struct modbus_request request;
	int error;

	line->kind = FRAME_LINE_EXCHANGE;
	*field = "request";
	error = parse_request(line, &request, &pieces[0]);
	if (error < 0)
		return error;
	*field = "response";
	return parse_response(line, &request, &pieces[1]);
}

static int parse_end(
	struct frame_line *line, const struct piece *start, const char **field)
{
	line->kind = FRAME_LINE_END;
	*field = "start";
	return parse_time(&line->start, start);
}

static int parse_whole(
	struct frame_line *line, const struct piece *pieces, const char **field)
{
	int error;

	*field = "time";
	error = parse_time(&line->time, &pieces[0]);
	if (error < 0)
		return error;
	*field = "address";
	error = parse_string(line->address, &pieces[1]);
	if (error < 0)
		return error;
	*field = "name";
	error = parse_string(line->name, &pieces[2]);
	if (error < 0)
		return error;
	if (piece_is(&pieces[4], END))
		return parse_end(line, &pieces[3], field);
	return parse_exchange(line, pieces + 3, field);
}

int frame_line_parse(struct frame_line *line, const char *text, size_t length,
	const char **field)
{
	struct piece pieces[FIELDS];

	switch (split(pieces, text, length)) {
	case BARE:
		line->time = -1;
		line->address[0] = line->name[0] = '\0';
		return parse_exchange(line, pieces, field);
	case FIELDS:
		return parse_whole(line, pieces, field);
	}
	*field = "line";
	return -BT_EFIELDS;
}
