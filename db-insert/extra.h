/* Column extra of rows that have one already: what the record says is put over
 * it, so that sending a record again, or a part of it, changes nothing. */
#ifndef BT_DB_INSERT_EXTRA_H
#define BT_DB_INSERT_EXTRA_H

#include "base/failure.h"
#include "row.h"
#include "session.h"

/* The assignment of an upsert, which leaves a value alone that is another one
 * and remembers that there was one, for extra_merge(). */
#define EXTRA_UPSERT \
	"extra=CASE WHEN extra IS NULL THEN VALUES(extra) " \
	"WHEN extra = VALUES(extra) THEN extra " \
	"WHEN @unmerged := 1 THEN extra END"

/*
 * After the upsert of the rows of the list: merges their extra into that of the
 * table. Objects are merged key by key, the lists failed and out_of_range are
 * united, of other values the newer one counts. Returns 0, -ENOMEM, or an error
 * of server_error() with its reason in *failure; -BT_ERECORD if it gets too
 * long or what is there is not JSON.
 */
int extra_merge(const struct session *session, const struct row *rows,
	const uint32_t *list, size_t count, struct failure *failure);

#endif
