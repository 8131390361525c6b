/* The key "failed" of a record: bt-records(5). */
#ifndef BT_DECODE_FAILED_H
#define BT_DECODE_FAILED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"
#include "model/map.h"
#include "poll-blocks.h"

/* An exchange that failed and was not made good in its poll. */
struct failed {
	unsigned pack; /* that it was about, POLL_NO_PACK: none */
	const struct exchange *exchange;
	const char *tag; /* empty: refused with an exception */
};

/* Of a poll, which must outlive them; in the order of packs, units, and
 * registers. */
struct failed_list {
	struct failed *list;
	size_t count;
};

/* Whether the poll may have any. */
bool failed_exist(const struct poll *poll);

/* Collects the failures. map may be NULL. Returns 0 and a list that the caller
 * frees, or -ENOMEM without a list. */
int failed_collect(
	struct failed_list *failed, struct poll *poll, const struct map *map);

/* Writes the key and the list of failures of this pack, or with POLL_NO_PACK of
 * none, unless the list is empty. Returns true if it was written. */
bool failed_write(
	struct json *json, const struct failed_list *failed, unsigned pack);

#endif
