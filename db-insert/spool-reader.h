/* Reads the lines of a spool in order, while another process appends lines and
 * removes delivered segments. */
#ifndef BT_DB_INSERT_SPOOL_READER_H
#define BT_DB_INSERT_SPOOL_READER_H

#include "spool-line.h"
#include "spool.h"

struct spool_line {
	const char *text; /* without its newline; valid until the next call */
	size_t length;
	struct spool_position begin, end;
	bool is_cut; /* it lacks its newline after a power cut */
	enum spool_line_state state;
};

/* Splits the text between two newlines into checksum and line. */
void spool_line_take(struct spool_line *line, const char *text, size_t length);

struct spool_reader;

/* Starts at a position. The directory must outlive the reader. Returns 0 or
 * -ENOMEM. */
int spool_reader_open(struct spool_reader **reader, int directory,
	const struct spool_position *begin);
void spool_reader_close(struct spool_reader *reader);

/* Returns 1 with the next line before limit, a value of spool_end(); 0 if there
 * is none; or a negative errno. */
int spool_reader_next(struct spool_reader *reader,
	const struct spool_position *limit, struct spool_line *line);

#endif
