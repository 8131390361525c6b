/* What a poll has to say: frame lines on standard output, bt-frames(5). */
#ifndef BT_JOURNAL_H
#define BT_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

#include "frameline.h"

struct journal {
	char address[FRAMELINE_STRING_MAX + 1];
	char name[FRAMELINE_STRING_MAX + 1];
	int64_t start;	  /* time of the open poll's first line; -1: none yet */
	int output_error; /* errno behind -BT_EOUTPUT */
};

/* Sets the station's name, as it came from the air; what is too long for a line
 * is cut off. */
void journal_name(struct journal *journal, const char *name);

/* The line of an exchange that is complete now, without its answer. */
void journal_request(const struct journal *journal, struct frameline *line,
	const uint8_t *request, size_t length);

/* What came of it: an answer, or a negative error. */
void journal_answer(
	struct frameline *line, const uint8_t *answer, size_t length);
void journal_failure(struct frameline *line, int error);

/* Writes the line; the poll begins with its first one. 0 or -BT_EOUTPUT. */
int journal_write(struct journal *journal, const struct frameline *line);

/* Closes the poll, if it has a line. 0 or -BT_EOUTPUT. */
int journal_end(struct journal *journal);

#endif
