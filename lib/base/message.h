/*
 * Messages to the user on standard error: "tool: what happened: why".
 *
 * Text from outside (a station's name, a line of a file) may contain any byte;
 * control bytes are escaped before they reach the terminal.
 */
#ifndef BT_BASE_MESSAGE_H
#define BT_BASE_MESSAGE_H

#include "base/message-table.h"

/* The longest message in bytes; a longer one is cut and ends in "...". */
#define MESSAGE_MAX 1024

/*
 * Writes the program's name, ": ", the formatted text and a newline with one
 * write(2), so that lines of several processes do not mix. errno is kept.
 *
 * A message does not wait for the reader of standard error: if that is full for
 * a second, the message is dropped, and so are later ones until there is room.
 * Then a message reports how many were lost.
 */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define message(...) \
	do { \
		MESSAGE_ADD(__VA_ARGS__); \
		message(__VA_ARGS__); \
	} while (0)

#endif
