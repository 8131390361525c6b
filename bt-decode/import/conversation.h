/*
 * Pieces of frames as a log has them become exchanges: a request, then its
 * answer. Some logs show both as bytes, some the data of the answer alone.
 */
#ifndef BT_DECODE_IMPORT_CONVERSATION_H
#define BT_DECODE_IMPORT_CONVERSATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "modbus/frame-line.h"
#include "notes.h"

/* The error tag of an exchange whose answer is not in the log. */
#define CONVERSATION_UNLOGGED "unlogged"

struct conversation {
	char address[FRAME_LINE_STRING_MAX + 1]; /* empty: unknown */
	int64_t time;	   /* of the latest piece, ms; -1: unknown */
	bool is_encrypted; /* since the latest handshake */
	/* conversation.c alone */
	int64_t asked_time; /* of the request, ms */
	bool is_asked;	    /* the request is complete */
	struct modbus_request asked;
	uint8_t request[MODBUS_FRAME_MAX];
	size_t request_length;
	uint8_t answer[MODBUS_FRAME_MAX];
	size_t answer_length;
};

/* The result of a piece: an exchange in *line, or a note, or neither. */
struct outcome {
	struct frame_line *line;
	bool has_line; /* it is an exchange */
	bool has_note;
	enum note note;
};

/* Takes the next byte of a request or, after a complete one, of its answer.
 * Returns false if it fits neither: then the bytes so far are dropped. */
bool conversation_byte(
	struct conversation *c, uint8_t byte, struct outcome *outcome);

/* Takes a whole, valid request that the log has as text. The request before it
 * has no answer. */
void conversation_ask(struct conversation *c, const uint8_t *request,
	size_t length, struct outcome *outcome);

/* The data of the answer to a read, without header and checksum. */
void conversation_data(struct conversation *c, const uint8_t *data,
	size_t length, struct outcome *outcome);

/* The answer to a write repeats the request. */
void conversation_echo(struct conversation *c, struct outcome *outcome);

/* There will be no answer, for the reason of the word. */
void conversation_close(
	struct conversation *c, const char *word, struct outcome *outcome);

/* Whether the bytes are a request of their own, and not the answer, whole or
 * in part, that is waited for. */
bool conversation_begins(
	const struct conversation *c, const uint8_t *bytes, size_t length);

/* Whether the bytes, written to a station, can continue a request in several
 * pieces: a write of several registers. */
bool conversation_can_begin(
	const struct conversation *c, const uint8_t *bytes, size_t length);

/* Whether a request is complete and has no answer yet. */
static inline bool conversation_is_asked(const struct conversation *c)
{
	return c->is_asked;
}

/* Whether there is a piece of an exchange that is not complete. */
static inline bool conversation_is_open(const struct conversation *c)
{
	return c->request_length > 0;
}

#endif
