/*
 * Mistakes in a map that its reader has no reason to refuse: bt-decode(1),
 * --check-map.
 */
#ifndef BT_DECODE_CHECK_MAP_H
#define BT_DECODE_CHECK_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/failure.h"
#include "model/directory.h"

/* What was found, in the order in which it was. All zeros is a good start. */
struct findings {
	struct failure *list;
	size_t count, room;
	bool failed; /* out of memory: some are missing */
};

/*
 * Reads the map and adds to the findings what is wrong with it: the reader's
 * reason to refuse it, or all mistakes. Others are the maps whose fields must
 * not contradict it, NULL if there are none; that of its own model is left
 * out. What several maps include is told once.
 */
void check_map(
	struct findings *findings, const char *path, const struct maps *others);

/* Whether that is among them, whatever the path in front of its file: what
 * maps_load() says of the same file. */
bool findings_have(
	const struct findings *findings, const struct failure *error);

void findings_release(struct findings *findings);

#endif
