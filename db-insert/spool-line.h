/*
 * A line as the spool has it: "CHECKSUM LINE", the checksum being eight
 * hexadecimal digits. Earlier versions wrote the line alone.
 */
#ifndef BT_DB_INSERT_SPOOL_LINE_H
#define BT_DB_INSERT_SPOOL_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes in front of a line. */
#define SPOOL_LINE_HEAD 9

/* Eight digits for the text, without a terminating zero. */
void spool_checksum(char digits[8], const char *text, size_t length);

enum spool_line_state {
	SPOOL_LINE_OLD, /* without a checksum */
	SPOOL_LINE_WHOLE,
	SPOOL_LINE_DAMAGED,
};

/* Whether a line is what was written; the text behind the checksum begins at
 * *head bytes. */
enum spool_line_state spool_line_check(
	const char *text, size_t length, size_t *head);

#endif
