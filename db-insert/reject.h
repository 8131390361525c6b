/*
 * The reject file: records that the server refuses for what is in them, each
 * with the reason, one a line:
 *
 *   {"reason":"Data too long for column 'x' at row 1","record":{…}}
 *
 * "jq -c .record rejected" gives the records back.
 */
#ifndef BT_DB_INSERT_REJECT_H
#define BT_DB_INSERT_REJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REJECT_FILE "rejected"

struct reject {
	const char *text;
	size_t length;
	const char *why;
	bool is_record; /* JSON; else any line, as {"reason":…,"line":"…"} */
};

/*
 * Appends what was refused, and syncs it. limit is how many bytes the file may
 * have. Returns 0, -EFBIG when it is that large, -ENOMEM or another negative
 * errno; nothing has been written then.
 */
int reject_write(int directory, const struct reject *reject, uint64_t limit);

#endif
