/* Segments of the spool in their directory: NNNNNNNNNN.json. */
#ifndef BT_DB_INSERT_SEGMENT_H
#define BT_DB_INSERT_SEGMENT_H

#include <stdint.h>

/* Numbers are 1 to this: ten digits last for three hundred years at a segment
 * a second, and keep ls(1) in order. */
#define SEGMENT_MAX UINT64_C(9999999999)

/* The lowest number above one into *next, 0 if there is none. 0 or a negative
 * errno. */
int segment_next(int directory, uint64_t above, uint64_t *next);

/* A descriptor, which is the caller's, or a negative errno. */
int segment_open(int directory, uint64_t number, int flags);

/* Its bytes into *size; 0, or a negative errno, -ENOENT among them. */
int segment_size(int directory, uint64_t number, uint64_t *size);

/* 0, also if it was gone, or a negative errno. */
int segment_unlink(int directory, uint64_t number);

/* Writes its bytes to a new file, which is synced and takes its place: for one
 * whose sync has failed, since the next sync of it could succeed though the
 * bytes are not on the disk. The name is not synced. 0 or a negative errno. */
int segment_rewrite(int directory, uint64_t number);

/* Moves it to another directory, with another number. */
int segment_move(int directory, uint64_t number, int to, uint64_t new_number);

#endif
