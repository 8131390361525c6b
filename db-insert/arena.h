/*
 * Memory for the records of a batch: jansson takes it piece by piece, and all
 * of it is free again at once. That saves a third of what db-insert does for
 * a record, and keeps the memory of years in one place.
 *
 * There are two, one for the batch that is filled and one for the batch that
 * is sent. What does not fit comes from the heap. They are as large as they
 * can be in 12 MB with all else: twice this makes db-insert no faster, half of
 * it half as fast.
 */
#ifndef BT_DB_INSERT_ARENA_H
#define BT_DB_INSERT_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#define ARENAS 2
#define ARENA_BYTES (3u << 20)

/* Makes jansson ask here. Once, before it is used for anything. */
void arena_init(void);

/*
 * From here on, what jansson takes in this thread comes out of the arena with
 * this number; -1: out of the heap, as at the beginning. jansson may give
 * back either in any thread.
 */
void arena_use(int number);

/* Bytes that were taken, or could not be taken, since arena_clear(): more
 * than ARENA_BYTES if some came from the heap. */
size_t arena_taken(int number);

/* Nothing in it is used any more. */
void arena_clear(int number);

#endif
