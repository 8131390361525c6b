/* Reads the lines of a spool, in the order in which they came, while another
 * process appends to it and removes what was delivered. */
#ifndef BT_DB_INSERT_SPOOL_READER_H
#define BT_DB_INSERT_SPOOL_READER_H

#include "spool-line.h"
#include "spool.h"

struct spool_line {
	const char *text; /* without its newline; valid until the next call */
	size_t length;
	struct spool_position begin, end;
	bool is_cut; /* a power cut has taken its newline */
	enum spool_line_state state;
};

/* Takes a text, as it stands between newlines, apart. */
void spool_line_take(struct spool_line *line, const char *text, size_t length);

struct spool_reader;

/* Begins at a position. The directory must outlive it. 0 or -ENOMEM. */
int spool_reader_open(struct spool_reader **reader, int directory,
	const struct spool_position *begin);
void spool_reader_close(struct spool_reader *reader);

/* The next line before a position, which spool_end() has returned: 1; 0 if
 * there is none; a negative errno. */
int spool_reader_next(struct spool_reader *reader,
	const struct spool_position *limit, struct spool_line *line);

#endif
