/*
 * Where a line of the spool came from, for messages: lines come out of the
 * spool in the order in which they went in, so a file need be noted once.
 */
#ifndef BT_DB_INSERT_INPUT_POSITION_H
#define BT_DB_INSERT_INPUT_POSITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct origin {
	const char *file; /* not owned */
	unsigned long line;
	bool is_cut; /* the file ended in the middle of the line */
};

struct origin_file {
	const char *name;
	uint64_t before;    /* lines of the files before it */
	unsigned long last; /* its last line, if that was cut off; 0 if not */
};

struct origins {
	struct origin_file *files;
	size_t count, current;
	uint64_t in, out; /* lines so far */
};

/* A line of a file has gone into the spool: all of its lines do, from the
 * first one on. 0 or -ENOMEM. */
int origin_in(struct origins *origins, const char *file, bool is_cut);

/* Where the next line that comes out was. */
struct origin origin_out(struct origins *origins);

void origin_release(struct origins *origins);

#endif
