/*
 * Reads registers, writes frame lines to standard output, and records the state
 * of each register.
 *
 * Only facts get a line. The silence of a register is a fact once the station
 * has answered another read: the line is held back until then, and dropped if
 * the station is silent everywhere. Reads that only check whether the station
 * responds have no line.
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
	uint16_t together; /* number of registers from there on in one answer */
	struct frame_line held[PROBE_HELD_MAX];
	bool is_second[PROBE_HELD_MAX]; /* it was silent before */
	unsigned held_count;
};

/* All of them return a negative error when it makes no sense to go on. */

/* Reads one register. 1 if it is served, 0 if not, or not known yet. */
int probe_one(struct probe *probe, uint32_t address);

/* Reads a block of registers. 1 if all are served, 0 without such an answer. */
int probe_block(struct probe *probe, uint32_t address, unsigned count);

/*
 * Reads a served register and the next one, which is not served. 1 if the
 * station answers: then it shifts registers. 0 if it does not; 2 if this is
 * unknown.
 */
int probe_edge(struct probe *probe, uint32_t address);

/* Takes over a line of a former output. */
void probe_recall(struct probe *probe, const struct frame_line *line);

/* Finds out whether the station was alive while registers were silent. 0. */
int probe_judge(struct probe *probe);

#endif
