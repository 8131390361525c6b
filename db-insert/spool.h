/*
 * The spool: lines on their way from the input to the database, on disk in the
 * order of their arrival.
 *
 *   NNNNNNNNNN.json   segments: whole lines with checksums (spool-line.h). Only
 *                     appended to; numbers ascend and are never reused
 *   checkpoint        "SEGMENT OFFSET CHECKSUM": everything before it is in the
 *                     database
 *
 * Flushed lines survive a kill of the process, synced lines also a power cut. A
 * line that is delivered twice because a checkpoint is old updates its own
 * row.
 */
#ifndef BT_DB_INSERT_SPOOL_H
#define BT_DB_INSERT_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include "spool-position.h"

/* Bytes after which the next flush begins a new segment. */
#define SPOOL_SEGMENT (4u << 20)

/* Bytes that are collected before a write. */
#define SPOOL_CHUNK (64u << 10)

struct spool;

/*
 * Opens a directory as a spool and takes over its descriptor, even on failure.
 * Returns 0 or a negative errno.
 */
int spool_open(struct spool **spool, int directory);

/* Directory of the segments, for readers. */
int spool_directory(const struct spool *spool);

/* Discards lines that were not flushed. */
void spool_close(struct spool *spool);

/* Moves all segments of another directory behind those of this spool. To be
 * called before the first line is appended. */
int spool_adopt(struct spool *spool, int directory);

/*
 * Queues a line of at most RECORD_MAX bytes, without its newline, in memory.
 * There is room while spool_pending() is less than SPOOL_CHUNK.
 */
void spool_append(struct spool *spool, const char *text, size_t length);
size_t spool_pending(const struct spool *spool);
size_t spool_pending_lines(const struct spool *spool);

/* The pending lines as they would be written, in memory shared with forked
 * processes. spool_drop_waiting() removes the first bytes. */
const char *spool_waiting(const struct spool *spool);
void spool_drop_waiting(struct spool *spool, size_t bytes);

/* Writes the pending lines. After a failure such as -ENOSPC, all of them are
 * still pending. */
int spool_flush(struct spool *spool);

/* Position after the last flushed line. */
struct spool_position spool_end(const struct spool *spool);

/*
 * Time of the next call of spool_sync(), on clock_monotonic(); INT64_MAX:
 * everything is synced. spool_sync() syncs lines that are older than half a
 * second, so none waits longer than a second. Returns 0 or a negative errno.
 */
int64_t spool_sync_due(const struct spool *spool);
int spool_sync(struct spool *spool);

/* Syncs all flushed lines that are not acknowledged, now. */
int spool_sync_all(struct spool *spool);

/* Everything before it is acknowledged, by this run or an earlier one. */
struct spool_position spool_done(const struct spool *spool);

/* Whether all flushed lines are acknowledged. */
bool spool_is_delivered(const struct spool *spool);

/*
 * Everything before the position is in the database: advances the checkpoint
 * and removes segments. The position lies between two lines, at most at
 * spool_end(). Returns 0 or a negative errno: call it again, or lines are
 * delivered twice after the next start; none is lost.
 */
int spool_acknowledge(
	struct spool *spool, const struct spool_position *position);

/* Bytes of all segments. */
uint64_t spool_bytes(const struct spool *spool);

/* Reads and counts the lines that are not acknowledged: their number, or a
 * negative errno. */
int64_t spool_count(const struct spool *spool);

#endif
