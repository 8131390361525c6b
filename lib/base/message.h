/*
 * Messages for people: "tool: what happened: why" on standard error.
 *
 * What comes from outside (a name from the air, a line from a file) may hold
 * anything; a control byte never reaches the terminal but as an escape.
 */
#ifndef BT_BASE_MESSAGE_H
#define BT_BASE_MESSAGE_H

#include "base/message-table.h"

/* Longest message in bytes; what is longer ends in "...". */
#define MESSAGE_MAX 1024

/*
 * Writes the program's name, ": ", the formatted text and a newline with one
 * write(2), so that lines of several processes do not mix. errno is kept.
 *
 * Nothing waits for who reads standard error: if that is full for a second, the
 * message is lost, and so are those behind it until there is room. The next one
 * comes after another that says how many were lost.
 */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define message(...) \
	do { \
		MESSAGE_ADD(__VA_ARGS__); \
		message(__VA_ARGS__); \
	} while (0)

#endif
