/*
 * A JSON object as it is written: one line, keys in the order in which they
 * are put in. Numbers are made from integers, so that 5395 hundredths are
 * 53.95 and never 53.950000000000003 (jansson 2.14 alone prints that).
 */
#ifndef BT_DECODE_WRITER_H
#define BT_DECODE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer {
	char *text;
	size_t length, room;
	bool failed; /* out of memory: all that follows does nothing */
};

/* A zeroed struct writer is a good start; writer_clear() keeps the memory. */
void writer_clear(struct writer *writer);
void writer_release(struct writer *writer);

void writer_begin(struct writer *writer, char bracket); /* '{' or '[' */
void writer_end(struct writer *writer, char bracket);	/* '}' or ']' */
void writer_newline(struct writer *writer);

/* What comes next is the value of this key; it needs no escapes. */
void writer_key(struct writer *writer, const char *key);

void writer_integer(struct writer *writer, int64_t value);
/* value / 10^decimals; zeros at the end are left off. */
void writer_decimal(struct writer *writer, int64_t value, int decimals);
void writer_bool(struct writer *writer, int value);
/* Any bytes; those that are not UTF-8 are written %XX, as in a frame line. */
void writer_text(struct writer *writer, const char *text);

#endif
