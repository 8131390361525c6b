/*
 * Masks secrets and serial numbers in the registers that the station's map
 * names; redact-log.h does the rest. The map may be known only when a poll is
 * complete, so lines are held back until then. Their order stays.
 *
 * For each line: redact_learn() for every poll that it completed, then
 * redact_add(); at the end redact_learn() for the last polls and
 * redact_finish(). After each of them redact_take() may return lines.
 */
#ifndef BT_DECODE_REDACT_H
#define BT_DECODE_REDACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "modbus/frame-line.h"
#include "model/directory.h"
#include "poll-blocks.h"

/* The maximum number of stations in a log. Their numbers must never change, so
 * none is replaced. */
#define REDACT_STATIONS 1024

struct redact;

/* map is that of every station (bt-decode --model); NULL: it is found as for
 * records. Both are borrowed. NULL: no memory. */
struct redact *redact_new(const struct maps *maps, const struct map *map);
void redact_free(struct redact *redact);

/* Learns about the station from a complete poll. */
void redact_learn(struct redact *redact, const struct poll *poll);

/* Adds a line. 0; -ENOMEM; -ENOSPC if there are too many stations, and then the
 * line is left out. */
int redact_add(struct redact *redact, const struct frame_line *line);

/* Nothing more will be learned. */
void redact_finish(struct redact *redact);

/* A line, not masked yet, and its station. */
struct redact_line {
	struct frame_line line;
	const struct map *map; /* NULL: not known */
	bool is_certain;       /* the map: see mask_frames() */
	int64_t serial;	       /* 0: not known */
	uint16_t station;      /* from 0 on, below REDACT_STATIONS */
	unsigned number;       /* in its masked address or name */
};

/* The next line; false if there is none yet. */
bool redact_take(struct redact *redact, struct redact_line *taken);

/* Masks the line and writes it; returns its length. */
size_t redact_format(const struct redact *redact, struct redact_line *taken,
	char text[FRAME_LINE_MAX]);

#endif
