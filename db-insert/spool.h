/*
 * The spool: lines on their way from the input to the database, on disk in
 * the order in which they came.
 *
 *   NNNNNNNNNN.json   segments: whole lines with checksums, see spool-line.h,
 *                     only ever appended to, numbered in order and never again
 *                     with the same number
 *   checkpoint        "SEGMENT OFFSET CHECKSUM": all before it is in the
 *                     database
 *
 * What has been flushed survives a kill of the process, and a power cut once
 * it has been synced. A line that is delivered twice, since a checkpoint came
 * too late, meets its own row there.
 */
#ifndef BT_DB_INSERT_SPOOL_H
#define BT_DB_INSERT_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include "spool-position.h"

/* Bytes of a segment, but for the lines that came in one go with the last. */
#define SPOOL_SEGMENT (4u << 20)

/* Bytes that are gathered before they are written. */
#define SPOOL_CHUNK (64u << 10)

struct spool;

/*
 * Opens a directory as a spool, which owns its descriptor from here on, even
 * on failure. 0 or a negative errno.
 */
int spool_open(struct spool **spool, int directory);

/* Of the segments, for whoever reads them. */
int spool_directory(const struct spool *spool);

/* Lines that were not flushed are gone. */
void spool_close(struct spool *spool);

/* Takes all segments out of another directory and queues them behind what is
 * here. To be called before the first line is appended. */
int spool_adopt(struct spool *spool, int directory);

/*
 * Queues a line without its newline, at most RECORD_MAX bytes, in memory.
 * There is room while spool_pending() is less than SPOOL_CHUNK.
 */
void spool_append(struct spool *spool, const char *text, size_t length);
size_t spool_pending(const struct spool *spool);
size_t spool_pending_lines(const struct spool *spool);

/* What is pending, as the spool would have it; other processes that were forked
 * see it as well. The first bytes of it need not be written any more. */
const char *spool_waiting(const struct spool *spool);
void spool_drop_waiting(struct spool *spool, size_t bytes);

/* Writes what is pending. After a failure, such as -ENOSPC, all of it is
 * still pending, to be flushed later. */
int spool_flush(struct spool *spool);

/* Behind all that was flushed. */
struct spool_position spool_end(const struct spool *spool);

/*
 * When spool_sync() is to be called next, on clock_monotonic(); INT64_MAX:
 * all that is here was synced. It syncs if something has waited for longer
 * than half a second, and so before a second is over. 0 or a negative errno.
 */
int64_t spool_sync_due(const struct spool *spool);
int spool_sync(struct spool *spool);

/* Syncs all that was flushed and not acknowledged, now. */
int spool_sync_all(struct spool *spool);

/* All before it was acknowledged, in this run or an earlier one. */
struct spool_position spool_done(const struct spool *spool);

/* Whether all that was flushed is acknowledged. */
bool spool_is_delivered(const struct spool *spool);

/*
 * All before the position, which spool_end() has returned or which lies between
 * two lines before that, is in the database: advances the checkpoint and
 * removes segments. 0 or a negative errno: then lines may be delivered again
 * after the next start, but none is lost; to be called again.
 */
int spool_acknowledge(
	struct spool *spool, const struct spool_position *position);

/* Bytes of all segments. */
uint64_t spool_bytes(const struct spool *spool);

/* Counts the lines that are not acknowledged, by reading them all: an errno,
 * or how many. */
int64_t spool_count(const struct spool *spool);

#endif
