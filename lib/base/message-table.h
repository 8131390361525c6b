/*
 * The table of all messages of a program: every format given to message() or
 * failure_set() is also in the section "messages" of the program, each with its
 * terminating zero. test/manual.bats compares it with the manual.
 *
 *   readelf -p messages build/bt-poll
 */
#ifndef BT_BASE_MESSAGE_TABLE_H
#define BT_BASE_MESSAGE_TABLE_H

/* Puts an array of characters, or of texts of one size, into the table. */
#define MESSAGE_TABLE __attribute__((section("messages"), used))

#define MESSAGE_FIRST(first, ...) first

/* Adds a format, the first of the arguments. */
#define MESSAGE_ADD(...) \
	static const char message_format_[] MESSAGE_TABLE = \
		MESSAGE_FIRST(__VA_ARGS__, )

/* A text that becomes part of a message. */
#define MESSAGE_TEXT(text) \
	__extension__({ \
		MESSAGE_ADD(text); \
		message_format_; \
	})

#endif
