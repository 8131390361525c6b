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

/* The findings, in the order of their discovery. Initially all zeros. */
struct findings {
	struct failure *list;
	size_t count, room;
	bool failed; /* out of memory: some are missing */
};

/*
 * Reads the map and adds its mistakes to the findings: the parser's error, or
 * all mistakes. others are the maps whose fields must agree with it, or NULL;
 * the map of the same model is skipped. Mistakes in a file that several maps
 * include are reported once.
 */
void check_map(
	struct findings *findings, const char *path, const struct maps *others);

/* Whether the failure is among the findings, regardless of the file's path:
 * maps_load() reports the same file. */
bool findings_have(
	const struct findings *findings, const struct failure *error);

void findings_release(struct findings *findings);

#endif
