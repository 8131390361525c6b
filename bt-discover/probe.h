/*
 * Questions whose answers become knowledge: frame lines on standard output,
 * and the state of each register.
 *
 * Lines hold facts only. Silence of a register is a fact when the station has
 * given another answer since: its line is held back until then, and dropped if
 * the station turns out to be silent everywhere. Reads that only check whether
 * it is alive have no line.
 */
#ifndef BT_DISCOVER_PROBE_H
#define BT_DISCOVER_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "coverage.h"
#include "modbus/frame-line.h"
#include "model/identity.h"
#include "progress.h"
#include "talk.h"

/* Silent registers in a row before the station itself is checked. */
#define PROBE_HELD_MAX 4

struct probe {
	struct talk talk;
	struct coverage coverage;
	struct progress progress;
	unsigned long left;	  /* questions to come, for the progress */
	struct identity identity; /* the protocol, as far as unit 1 shows it */
	int32_t answered;  /* a register that is answered; -1: none known */
	uint16_t together; /* so many from there on were, in one answer */
	struct frame_line held[PROBE_HELD_MAX];
	bool is_second[PROBE_HELD_MAX]; /* it was silent before */
	unsigned held_count;
};

/* All of them return a negative error when it makes no sense to go on. */

/* Asks for one register. 1 if it is served, 0 if not, or not known yet. */
int probe_one(struct probe *probe, uint32_t address);

/* Asks for registers whose block is to be believed. 1 if they are all served,
 * 0 if there was no such answer. */
int probe_block(struct probe *probe, uint32_t address, unsigned count);

/*
 * Asks for a register that is served and the next one, which is not. 1 if
 * there was an answer: then words are moved. 0 if there was none; 2 if that
 * is not known.
 */
int probe_edge(struct probe *probe, uint32_t address);

/* Takes over a line of a former output. */
void probe_recall(struct probe *probe, const struct frame_line *line);

/* Finds out whether the station was alive while registers were silent. 0. */
int probe_judge(struct probe *probe);

#endif
