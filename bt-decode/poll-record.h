/*
 * From a poll to its records: bt-records(5). One for the poll and one for
 * each battery pack that was read in it, each a line of JSON.
 */
#ifndef BT_DECODE_POLL_RECORD_H
#define BT_DECODE_POLL_RECORD_H

#include <stdbool.h>

#include "model/directory.h"
#include "poll-blocks.h"
#include "writer.h"

/*
 * Appends the records of the poll, one line each, to the writer. Its
 * writer.failed tells whether memory ran out.
 *
 * map is that of every station (bt-decode --model); NULL: it is found by the
 * station's name, else by its own registers. Passwords and names of networks
 * are in the records only with secrets. The poll's reads get their packs
 * noted.
 */
void record_write(struct writer *writer, struct poll *poll,
	const struct maps *maps, const struct map *map, bool secrets);

#endif
