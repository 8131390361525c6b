/*
 * Frame lines: one exchange with a station, one line of text. The format is
 * described in bt-frames(5).
 *
 *   TIME ADDRESS NAME REQUEST RESPONSE
 *   TIME ADDRESS NAME REQUEST !word
 *   TIME ADDRESS NAME START end
 *   REQUEST RESPONSE                     (a frame pasted from somewhere)
 */
#ifndef BT_MODBUS_FRAME_LINE_H
#define BT_MODBUS_FRAME_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "modbus/modbus.h"

/* A Bluetooth name has at most 248 bytes (Core Specification 5.4, Vol 3 Part
 * C, 12.1), "unix:" and a socket's path 113. */
#define FRAME_LINE_STRING_MAX 248
#define FRAME_LINE_TAG_MAX 31

/* Room for the longest line with its newline and terminating zero: escaping
 * makes three bytes of one. Less than PIPE_BUF, so a write is atomic. */
#define FRAME_LINE_MAX 3072

enum frame_line_kind {
	FRAME_LINE_EXCHANGE,
	FRAME_LINE_END, /* closes a poll */
};

struct frame_line {
	enum frame_line_kind kind;
	int64_t time; /* when it was complete, ms since 1970; -1: unknown */
	/* Unescaped, zero-terminated; empty: unknown. */
	char address[FRAME_LINE_STRING_MAX + 1];
	char name[FRAME_LINE_STRING_MAX + 1];

	/* FRAME_LINE_EXCHANGE */
	uint8_t request[MODBUS_FRAME_MAX];
	size_t request_length;
	uint8_t response[MODBUS_FRAME_MAX];
	size_t response_length;			/* 0: none: see error_tag */
	char error_tag[FRAME_LINE_TAG_MAX + 1]; /* why, without the "!" */

	/* FRAME_LINE_END: the time of the poll, ms; -1: that of its first line
	 */
	int64_t start;
};

/* A string as it stands in a line, with its terminating zero: "-" if it is
 * empty. Returns its length without the zero. */
#define FRAME_LINE_ESCAPED (3 * FRAME_LINE_STRING_MAX + 1)
size_t frame_line_escape(char text[FRAME_LINE_ESCAPED], const char *string);

/*
 * Writes a line with its newline and a terminating zero; returns its length
 * without the zero. frame_line_parse() reads the same line back.
 */
size_t frame_line_format(
	char text[FRAME_LINE_MAX], const struct frame_line *line);

/*
 * Reads a line of length bytes, without its newline. Frames are checked: the
 * request must be valid for modbus_parse_request(), and the response must match
 * it.
 *
 * Returns 0; or an error of BT_ERRORS and in *field, not NULL, the name of the
 * bad field: "line", "time", "address", "name", "request", "response", "start"
 * (a static string).
 */
int frame_line_parse(struct frame_line *line, const char *text, size_t length,
	const char **field);

#endif
