/*
 * The registers that changed from one read to the next, one line each, and the
 * writes to the station between them: bt-decode(1), --changes.
 */
#ifndef BT_DECODE_CHANGES_H
#define BT_DECODE_CHANGES_H

#include <stdbool.h>

#include "model/directory.h"
#include "poll-blocks.h"
#include "text.h"

struct changes;

struct changes_options {
	const struct maps *maps;
	const struct map *map; /* of every station; NULL: it is found */
	bool secrets;	       /* registers of secrets too */
	int steady; /* reads in which a register must have had its old value */
};

struct changes *changes_new(
	const struct changes_options *options); /* NULL: no memory */
void changes_free(struct changes *changes);

/* Appends the lines of a poll, which gets its packs recorded. 0; -ENOMEM;
 * -BT_EMAP if a map is bad, see maps_open(). */
int changes_write(
	struct changes *changes, struct text *text, struct poll *poll);

#endif
