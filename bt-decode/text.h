/* Text that grows: lines for people and other programs. */
#ifndef BT_DECODE_TEXT_H
#define BT_DECODE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
	char *bytes; /* length of them, without a terminating zero */
	size_t length, room;
	bool failed; /* no memory: all that follows does nothing */
};

void text_add(struct text *text, const char *bytes, size_t length);
void text_print(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Empties it and keeps its memory; frees the memory. */
void text_clear(struct text *text);
void text_release(struct text *text);

#endif
