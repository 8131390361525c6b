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
	PROOF_GOOD,	/* the answer is right as it is */
	PROOF_MOVED,	/* its words are not where they were asked for */
	PROOF_REFUSED,	/* the station does not serve all of the registers */
	PROOF_UNSERVED, /* so it says of one that the answer has a word for */
	PROOF_NONE,	/* a block that cannot be proven now, such as one of
			 * zeros */
};

/*
 * Reads a block of the plan, with retries, and single registers where its
 * words need a proof. Words only ever move towards the front, so one that is
 * unlike those before it, and the same when it is read alone, proves all up to
 * it; this is remembered. Words that are all alike prove nothing.
 *
 * Returns what the answer in *line is, or the error of client_read(), whose
 * word is in *line then: also that of a single read.
 */
int proof_block(struct client *client, struct planned *planned,
	struct frame_line *line);

/*
 * Whether the station refuses to serve any register alone. This is asked once,
 * when it has refused one; a message reports it, since then blocks are believed
 * without a proof. Returns 1, 0, or an error of client_read().
 */
int proof_refuses_single(struct client *client);

#endif
