/* Which line of which file a line of the input was, for messages. */
#ifndef BT_DB_INSERT_INPUT_POSITION_H
#define BT_DB_INSERT_INPUT_POSITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct input_position {
	const char *file; /* not owned */
	unsigned long line;
	bool is_cut; /* the file ended in the middle of the line */
};

struct input_file {
	const char *name;
	uint64_t before; /* lines of the files before it */
	uint64_t cut;	 /* its last line, if that was cut off; 0 if not */
};

struct input_positions {
	struct input_file *files;
	size_t count;
	uint64_t lines; /* so far */
};

/* A line of a file has been read: all of its lines are, from the first one on.
 * 0 or -ENOMEM. */
int input_position_add(
	struct input_positions *positions, const char *file, bool is_cut);

/* Where a line was by its number, from 1 on; it must have been added. */
struct input_position input_position_find(
	const struct input_positions *positions, uint64_t number);

void input_position_release(struct input_positions *positions);

#endif
