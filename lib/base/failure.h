/*
 * A failure: a code, and a text for the user. A function whose text needs
 * details takes a struct failure and returns its code; otherwise error_text()
 * is enough.
 */
#ifndef BT_BASE_FAILURE_H
#define BT_BASE_FAILURE_H

#include "base/message-table.h"

/* Bytes of the text with its terminating zero; longer text ends in "...". It
 * fits into a message with something behind it. */
#define FAILURE_TEXT 960

struct failure {
	int code; /* negative: see errors.h */
	char text[FAILURE_TEXT];
};

/* Fills *failure and returns the code, so that a function can end with it.
 * The arguments may be part of the former text. */
int failure_set(struct failure *failure, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
#define failure_set(failure, code, ...) \
	__extension__({ \
		MESSAGE_ADD(__VA_ARGS__); \
		failure_set(failure, code, __VA_ARGS__); \
	})

/* The same with "FILE:LINE: " before the text; without the line if it is 0. */
int failure_set_at(struct failure *failure, int code, const char *file,
	unsigned long line, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
#define failure_set_at(failure, code, file, line, ...) \
	__extension__({ \
		MESSAGE_ADD(__VA_ARGS__); \
		failure_set_at(failure, code, file, line, __VA_ARGS__); \
	})

#endif
