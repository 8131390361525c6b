/* The key exchange of a simulated station: when its messages go, what strikes
 * them, and what they count. What they are is told by session.c. */
#ifndef BT_TEST_SIM_EXCHANGE_H
#define BT_TEST_SIM_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim-session.h"

struct gatt;

/* What the command line sets. */
struct exchange_options {
	bool encrypts;
	bool is_early; /* challenges before the subscription is confirmed */
	bool is_fixed;
	int repeat_ms;	/* an unanswered challenge comes again; 0: never */
	int timeout_ms; /* a link without a session is closed; 0: never */
	struct station_keys keys;
};

/* That of one connection. Times are of clock_monotonic(), INT64_MAX never. */
struct exchange {
	const struct exchange_options *options;
	struct session session;
	bool is_unheard; /* the central's next message will be */
	int64_t challenge_at;
	int64_t key_at;
	int64_t close_at;
};

void exchange_init(
	struct exchange *exchange, const struct exchange_options *options);

/*
 * Begins a handshake with a challenge, plain or inside of the running session.
 * Returns 0, or a negative error if the connection is over:
 * so do all of these.
 */
int exchange_begin(struct gatt *gatt, bool is_inside);

/* Does what follows from a write of the central. */
int exchange_take(struct gatt *gatt, enum session_event event);

/* When something is due; INT64_MAX if nothing is. */
int64_t exchange_due(const struct gatt *gatt);

/* Does what is due by then. */
int exchange_tick(struct gatt *gatt, int64_t now);

#endif
