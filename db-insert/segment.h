/* Segments of the spool in their directory: NNNNNNNNNN.json. */
#ifndef BT_DB_INSERT_SEGMENT_H
#define BT_DB_INSERT_SEGMENT_H

#include <stdint.h>

/* Largest number; the smallest is 1. Ten digits last for three hundred years at
 * a segment a second, and keep ls(1) in order. */
#define SEGMENT_MAX UINT64_C(9999999999)

/* Sets *next to the lowest number greater than above, or 0. Returns 0 or a
 * negative errno. */
int segment_next(int directory, uint64_t above, uint64_t *next);

/* Returns a descriptor, which the caller closes, or a negative errno. */
int segment_open(int directory, uint64_t number, int flags);

/* Sets *size to its bytes. Returns 0 or a negative errno such as -ENOENT. */
int segment_size(int directory, uint64_t number, uint64_t *size);

/* Returns 0, also if it is gone, or a negative errno. */
int segment_unlink(int directory, uint64_t number);

/* Replaces it by a synced copy, but does not sync the name. To be used after a
 * failed sync: the next sync could succeed although the bytes are not on disk.
 * Returns 0 or a negative errno. */
int segment_rewrite(int directory, uint64_t number);

/* Moves it to another directory and number. */
int segment_move(int directory, uint64_t number, int to, uint64_t new_number);

#endif
