/*
 * The way of a line through db-insert:
 *
 *   input → spool → batch of records → sender (a thread) → database
 *                                          │
 *           spool ◄── settled ─────────────┘  refused: reject file
 *
 * One loop does it all but for what waits for the server: it takes back what
 * the database has, fills the next batch, hands it over and reads on.
 */
#ifndef BT_DB_INSERT_INSERT_H
#define BT_DB_INSERT_INSERT_H

#include "insert-options.h"

struct insert_result {
	int status;   /* of sysexits.h */
	bool is_busy; /* the sender could not be ended: see sender_stop() */
};

/* Inserts all input. What goes wrong is told by messages. */
struct insert_result insert_all(const struct options *options);

#endif
