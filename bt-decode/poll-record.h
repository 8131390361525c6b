/*
 * Converts a poll to records, bt-records(5): one for the poll and one for each
 * battery pack read in it, each a line of JSON.
 */
#ifndef BT_DECODE_POLL_RECORD_H
#define BT_DECODE_POLL_RECORD_H

#include <stdbool.h>

#include "base/json.h"
#include "model/directory.h"
#include "poll-blocks.h"

struct recorder;

struct recorder_options {
	const struct maps *maps;
	/* That of every station (bt-decode --model); NULL: it is found by the
	 * station's name, else by its own registers. */
	const struct map *map;
	bool secrets;	/* passwords and names of networks too */
	bool registers; /* those that no field has too */
};

struct recorder *recorder_new(
	const struct recorder_options *options); /* NULL: no memory */
void recorder_free(struct recorder *recorder);

/* Appends the records of the poll, one line each, and records the packs of its
 * reads. Returns 0; -ENOMEM; -BT_EMAP for an invalid map, see maps_open(). */
int recorder_write(
	struct recorder *recorder, struct json *json, struct poll *poll);

/* The map of the poll that was written last; NULL: there was none. */
const struct map *recorder_map(const struct recorder *recorder);

#endif
