/*
 * Whether the words of a block are those of the registers that were asked
 * for. An AC50B answers a block that touches registers which it does not serve
 * with the words of those that it serves, moved together (recording of
 * Patrick762/bluetti-bt-lib issue 5): nothing in the answer shows it.
 */
#ifndef BT_POLL_PROOF_H
#define BT_POLL_PROOF_H

#include "client.h"
#include "modbus/frame-line.h"
#include "plan.h"

enum proof {
	PROOF_OPEN,	/* not decided yet: never returned */
	PROOF_GOOD,	/* the answer is right */
	PROOF_MOVED,	/* its words are not where they were asked for */
	PROOF_REFUSED,	/* the station does not serve all of the registers */
	PROOF_UNSERVED, /* of a register that the answer has a word for */
	PROOF_NONE, /* the block cannot be proven now, for example if all words
		     * are zero */
};

/*
 * Reads a block of the plan, with retries, and single registers if its words
 * need a proof. Words shift only towards the front, so a word that differs from
 * those before it, and is the same when read alone, proves all words up to it;
 * this is remembered. Equal words prove nothing.
 *
 * Returns the state of the answer in *line, or the error of client_read(), also
 * of a single read, with its tag in *line.
 */
int proof_block(struct client *client, struct planned *planned,
	struct frame_line *line);

/*
 * Whether the station refuses all reads of single registers. Tested once, after
 * the first refusal; a message reports it, since blocks are then accepted
 * without a proof. Returns 1, 0, or an error of client_read().
 */
int proof_refuses_single(struct client *client);

#endif
