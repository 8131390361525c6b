/*
 * The connection as a table of stages. Each stage has one task and leads to the
 * next; a failure leads back to LINK, where reconnect.c waits longer after each
 * consecutive failure. Only a few errors end the program: a signal, an output
 * error, a missing permission, a station without a map.
 */
#include "connection.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/message.h"
#include "base/wait-for.h"
#include "bound.h"
#include "claim.h"
#include "client.h"
#include "packs.h"
#include "plan.h"
#include "read-blocks.h"
#include "recognize.h"
#include "schedule.h"

#define BACKOFF_MAX 60000 /* ms */
#define CLAIM_RETRY 1000  /* ms */

enum stage_name { LINK, IDENTIFY, POLL, REST };

struct connection {
	struct client client;
	struct packs packs;
	int stop; /* signalfd of SIGTERM and SIGINT */
	int usr1; /* signalfd of SIGUSR1 */
	int claim;
	int64_t poll_due;
	bool is_answering; /* the last poll brought something */
	bool is_done;	   /* the number of polls is reached */
};

/* --- time ---------------------------------------------------------------- */

static void report_counters(const struct client *client)
{
	char text[COUNTERS_TEXT];

	counters_format(text, &client->count, client->link.connects);
	message("%s: %s", client->link.address, text);
}

/* Waits until a time; the heart goes on beating, and SIGUSR1 prints counters.
 */
static int wait_until(struct connection *c, int64_t due)
{
	struct signalfd_siginfo info;

	while (clock_left(due) > 0) {
		int64_t until =
			clock_earlier(due, clock_monotonic() + HEARTBEAT_REST);
		int error = wait_for(c->stop, POLLIN, until, c->usr1);

		heartbeat_beat(c->client.heartbeat);
		if (error == 0)
			return -BT_ECANCELED;
		if (error == -BT_ECANCELED) {
			if (read(c->usr1, &info, sizeof info) == sizeof info)
				report_counters(&c->client);
		} else if (error != -BT_ETIMEOUT) {
			return error;
		}
	}
	return 0;
}

/* --- polls --------------------------------------------------------------- */

static bool has_polls_left(const struct connection *c)
{
	const struct client *client = &c->client;

	return !client->options->polls ||
		client->heartbeat->polls < client->options->polls;
}

/* Packs are read in the first round at least; a round is always finished. */
static bool is_complete(const struct connection *c)
{
	if (has_polls_left(c))
		return false;
	return !packs_exist(&c->client) ||
		(c->packs.rounds > 0 && !packs_busy(&c->packs));
}

/* Closes the poll, and counts it if it brought anything. */
static int close_poll(struct connection *c)
{
	struct client *client = &c->client;
	int error = poll_close(client);

	c->poll_due = schedule_next(
		c->poll_due, client->options->interval, clock_monotonic());
	c->is_answering = client->count.frames > client->poll.frames;
	if (error < 0 || !c->is_answering)
		return error;
	client->count.polls++;
	client->heartbeat->polls++;
	c->is_done = is_complete(c);
	return 0;
}

/* Closes a poll of an earlier link that cannot be resumed: it is too old, or
 * (always) the station is another one. */
static int expire(struct connection *c, bool always)
{
	const struct poll *poll = &c->client.poll;

	if (poll->is_open && (always || clock_left(poll->give_up) == 0))
		return close_poll(c);
	return packs_expire(&c->packs, &c->client, always);
}

/* When there is something for expire(). */
static int64_t expiry(const struct connection *c)
{
	if (c->client.poll.is_open)
		return c->client.poll.give_up;
	return c->packs.is_settling ? c->packs.resume : INT64_MAX;
}

/* Starts or continues a poll, and closes it when each block has been read or
 * has failed. */
static int run_poll(struct connection *c)
{
	int error = poll_station(&c->client);
	int closed;

	/* No failure: late answers are left behind with the link. */
	if (error == -BT_EMIXED) {
		reconnect_drop(&c->client.link);
		error = 0;
	}
	if (error == -BT_ECANCELED || error == -BT_EOUTPUT ||
		!poll_is_read(&c->client))
		return error;
	closed = close_poll(c);
	if (closed < 0)
		return closed;
	if (c->is_answering)
		reconnect_recover(&c->client.link);
	else if (error == 0)
		/* The link is there, but the station says nothing. */
		return -BT_ESILENT;
	return error;
}

/* The selector is written only to stations that have answered a read and whose
 * identity is unchanged. */
static bool has_packs(const struct connection *c)
{
	return c->is_answering && c->client.is_confirmed &&
		packs_exist(&c->client);
}

static int step_packs(struct connection *c)
{
	unsigned long rounds = c->packs.rounds;
	int error = packs_step(&c->packs, &c->client);

	if (c->packs.rounds > rounds && error == 0)
		reconnect_recover(&c->client.link);
	c->is_done = error != -BT_EOUTPUT && is_complete(c);
	return error;
}

/* --- stages -------------------------------------------------------------- */

/* A step on the way to the link. */
static int make_link(struct connection *c)
{
	struct reconnect *link = &c->client.link;
	int error =
		wait_until(c, clock_earlier(reconnect_due(link), expiry(c)));

	if (error == 0)
		error = expire(c, false);
	if (error < 0 || c->is_done || clock_left(reconnect_due(link)) > 0)
		return error;
	return reconnect_step(link);
}

/* First closes the poll of another station. */
static int meet_station(struct connection *c)
{
	struct client *client = &c->client;
	struct recognized station;
	int error = recognize(client, &station);

	if (error == 0)
		error = expire(c, !station.goes_on);
	if (error < 0)
		return error;
	if (station.is_new) {
		c->packs = (struct packs){ .rounds = 0 };
		c->is_answering = false;
	}
	error = recognize_adopt(client, &station);
	bound_set(client);
	return error;
}

/* Continues an open poll; else starts a poll or the next step of a battery
 * pack, whichever is due. */
static int poll_once(struct connection *c)
{
	if (c->packs.is_open)
		return step_packs(c);
	if (c->client.poll.is_open ||
		(has_polls_left(c) && clock_left(c->poll_due) == 0))
		return run_poll(c);
	return has_packs(c) && clock_left(c->packs.due) == 0 ? step_packs(c)
							     : 0;
}

/* When there is something for poll_once(). */
static int64_t next_due(const struct connection *c)
{
	int64_t due = has_polls_left(c) ? c->poll_due : INT64_MAX;

	if (c->client.poll.is_open)
		return 0;
	if (c->packs.is_open)
		return c->packs.due;
	if (has_packs(c))
		due = clock_earlier(due, c->packs.due);
	return clock_earlier(due, c->client.link.bound);
}

static int wait_interval(struct connection *c)
{
	int64_t due = next_due(c);
	int64_t begin = clock_monotonic();
	int error;

	if (c->client.options->release && !packs_busy(&c->packs) &&
		clock_left(due) > 0)
		reconnect_drop(&c->client.link);
	error = wait_until(c, due);
	reconnect_record_rest(&c->client.link, begin);
	return error;
}

static const struct stage {
	int (*run)(struct connection *c);
	enum stage_name next; /* if there is a link: else LINK */
} stages[] = {
	[LINK] = { make_link, IDENTIFY },
	[IDENTIFY] = { meet_station, REST },
	[POLL] = { poll_once, REST },
	[REST] = { wait_interval, POLL },
};

/* Waits while another process polls the station: at most as long as the user
 * wants to wait for an answer. */
static int wait_for_claim(struct connection *c)
{
	const struct reconnect *link = &c->client.link;
	bool is_reported = false;

	while (!claim_station(&c->claim, link->options.address)) {
		int64_t retry = clock_monotonic() + CLAIM_RETRY;
		int error = wait_until(
			c, clock_earlier(retry, reconnect_ends(link)));

		if (error < 0)
			return error;
		if (!is_reported)
			message("%s: another bt-poll polls this station: "
				"waiting for it to end",
				link->address);
		is_reported = true;
		if (reconnect_is_over(link))
			return -BT_ETIMEOUT;
	}
	return 0;
}

/* Runs stage after stage; 0 when complete, else the error that ends it. */
static int run(struct connection *c)
{
	enum stage_name name = LINK;
	struct reconnect *link = &c->client.link;

	while (!c->is_done) {
		int error = stages[name].run(c);

		heartbeat_beat(c->client.heartbeat);
		if (error < 0)
			error = reconnect_fail(link, error);
		else if (reconnect_is_over(link))
			error = -BT_ETIMEOUT;
		if (error < 0)
			return c->is_done ? 0 : error;
		name = reconnect_is_linked(link) ? stages[name].next : LINK;
	}
	return 0;
}

/* Why the program ends; returns the exit status. */
static int end(const struct client *client, int error)
{
	if (error == -BT_ECANCELED && !client->options->polls)
		return EX_OK;
	if (error == -BT_ETIMEOUT && client->link.has_answered &&
		clock_left(client->link.bound) == 0) {
		message("%s: not complete in time: giving up",
			client->link.address);
		return EX_TEMPFAIL;
	}
	if (error != -BT_ENOMAP)
		return reconnect_end(
			&client->link, &client->frame_writer, error);
	message("%s: \"%s\": %s; choose a map with --model, or registers with "
		"--read",
		client->link.address, client->frame_writer.name,
		error_text(error));
	return error_status(error);
}

int connection_run(const struct address *address, const struct options *options,
	struct heartbeat *heartbeat)
{
	struct connection c = {
		.client = { .options = options,
			.map = options->map,
			.heartbeat = heartbeat,
			.pack_count = -1,
			.frame_writer = { .start = -1 } },
		.claim = -1,
		.poll_due = clock_monotonic(),
		.stop = wait_signals((const int[]){ SIGTERM, SIGINT, 0 }),
		.usr1 = wait_signals((const int[]){ SIGUSR1, 0 }),
	};
	struct client *client = &c.client;
	int error = reconnect_init(&client->link,
		&(struct reconnect_options){ .address = address,
			.security = options->security,
			.keys = &options->keys,
			.timeout = options->timeout,
			.backoff_max = BACKOFF_MAX },
		c.stop);

	address_format(client->frame_writer.address, address);
	srandom((unsigned)clock_wall() ^ (unsigned)getpid());
	if (c.stop < 0 || c.usr1 < 0)
		error = c.stop < 0 ? c.stop : c.usr1;
	if (error == 0) {
		bound_set(client);
		error = wait_for_claim(&c);
	}
	if (error == 0)
		error = run(&c);
	if (error != -BT_EOUTPUT && client_end_poll(client) < 0)
		error = -BT_EOUTPUT;
	plan_free(client->plan);
	error = end(client, error);
	reconnect_release(&client->link);
	if (c.claim >= 0)
		close(c.claim);
	return error;
}
