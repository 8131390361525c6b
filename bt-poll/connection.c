/*
 * The connection as a table of stages. Each stage does one thing and leads to
 * the next; a failure leads back to LINK, where reconnect.c waits longer with
 * each failure in a row. Only a few errors end the program: a signal, output
 * that fails, a permission that is missing, a station without a map.
 */
#include "connection.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/message.h"
#include "base/wait-for.h"
#include "client.h"
#include "packs.h"
#include "plan.h"
#include "read-blocks.h"
#include "schedule.h"

#define BACKOFF_MAX 60000 /* ms */

enum stage_name { LINK, IDENTIFY, POLL, REST };

struct connection {
	struct client client;
	struct packs packs;
	int stop; /* signalfd of SIGTERM and SIGINT */
	int ask;  /* signalfd of SIGUSR1 */
	int64_t poll_due;
	bool is_done; /* the number of polls is reached */
};

/* --- time ---------------------------------------------------------------- */

static void report_counters(const struct client *p)
{
	char text[COUNTERS_TEXT];

	counters_format(text, &p->count, p->link.connects);
	message("%s: %s", p->link.address, text);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Waits until a time, giving signs of life, and printing counters when asked
 * to. */
static int wait_until(struct connection *l, int64_t due)
{
	struct signalfd_siginfo info;

	while (clock_left(due) > 0) {
		int64_t until =
			earlier(due, clock_monotonic() + HEARTBEAT_REST);
		int error = wait_for(l->stop, POLLIN, until, l->ask);

		heartbeat_beat(l->client.heartbeat);
		if (error == 0)
			return -BT_ECANCELED;
		if (error == -BT_ECANCELED) {
			if (read(l->ask, &info, sizeof info) == sizeof info)
				report_counters(&l->client);
		} else if (error != -BT_ETIMEOUT) {
			return error;
		}
	}
	return 0;
}

/* --- stages -------------------------------------------------------------- */

/* A step on the way to the link. */
static int make_link(struct connection *l)
{
	struct reconnect *link = &l->client.link;
	int error = wait_until(l, reconnect_due(link));

	return error < 0 ? error : reconnect_step(link);
}

static int make_plan(struct client *p)
{
	if (p->map)
		return plan_new(
			&p->plan, p->map->blocks, p->map->block_count, p->map);
	return plan_new(
		&p->plan, p->options->blocks, p->options->block_count, NULL);
}

static int learn_model(struct connection *l)
{
	struct client *p = &l->client;
	int error = 0;

	frame_writer_name(&p->frame_writer, station_name(p->link.station));
	/* What was found out once stays true while the process lives. */
	if (!p->map && p->options->block_count == 0)
		error = client_identify(p);
	return error == 0 && !p->plan ? make_plan(p) : error;
}

static bool polls_left(const struct connection *l)
{
	const struct client *p = &l->client;

	return !p->options->polls || p->heartbeat->polls < p->options->polls;
}

/* Packs are read in the first round at least; a round is always finished. */
static bool is_complete(const struct connection *l)
{
	if (polls_left(l))
		return false;
	return !packs_exist(&l->client) ||
		(l->packs.rounds > 0 && !packs_busy(&l->packs));
}

static int poll_whole(struct connection *l)
{
	struct client *p = &l->client;
	unsigned long frames = p->count.frames;
	int error = poll_station(p);

	/* What a session that died has cut off is polled again at once. */
	if (error != -BT_ESILENT || !station_is_secure(p->link.station))
		l->poll_due = schedule_next(
			l->poll_due, p->options->interval, clock_monotonic());
	if (error < 0)
		return error;
	/* The link is there, but the station says nothing. */
	if (p->count.frames == frames)
		return -BT_ESILENT;
	p->count.polls++;
	p->heartbeat->polls++;
	return 0;
}

/* A poll, or the next step with a battery pack, whichever is due. */
static int poll_once(struct connection *l)
{
	unsigned long frames = l->client.count.frames;
	int error = 0;

	if (polls_left(l) && clock_left(l->poll_due) == 0)
		error = poll_whole(l);
	else if (packs_exist(&l->client))
		error = packs_step(&l->packs, &l->client);
	if (l->client.count.frames > frames)
		reconnect_recover(&l->client.link);
	l->is_done = error == 0 && is_complete(l);
	return error;
}

static int wait_interval(struct connection *l)
{
	int64_t due = polls_left(l) ? l->poll_due : INT64_MAX;
	int64_t begin = clock_monotonic();
	int error;

	if (packs_exist(&l->client))
		due = earlier(due, l->packs.due);
	if (l->client.options->release && !packs_busy(&l->packs) &&
		clock_left(due) > 0)
		reconnect_drop(&l->client.link);
	error = wait_until(l, due);
	reconnect_record_rest(&l->client.link, begin);
	return error;
}

static const struct stage {
	int (*run)(struct connection *l);
	enum stage_name next; /* if there is a link: else LINK */
} stages[] = {
	[LINK] = { make_link, IDENTIFY },
	[IDENTIFY] = { learn_model, REST },
	[POLL] = { poll_once, REST },
	[REST] = { wait_interval, POLL },
};

/* Runs stage after stage; 0 when complete, else the error that ends it. */
static int run(struct connection *l)
{
	enum stage_name name = LINK;
	struct reconnect *link = &l->client.link;

	while (!l->is_done) {
		int error = stages[name].run(l);

		heartbeat_beat(l->client.heartbeat);
		if (error < 0) {
			packs_reset(&l->packs);
			error = reconnect_fail(link, error);
		} else if (name == LINK && reconnect_is_over(link)) {
			error = -BT_ETIMEOUT;
		}
		if (error < 0)
			return error;
		name = reconnect_is_linked(link) ? stages[name].next : LINK;
	}
	return 0;
}

/* Why the program ends; returns the exit status. */
static int end(const struct client *p, int error)
{
	if (error == -BT_ECANCELED && !p->options->polls)
		return EX_OK;
	if (error != -BT_ENOMAP)
		return reconnect_end(&p->link, &p->frame_writer, error);
	message("%s: \"%s\": %s; --model says which map to use, "
		"--read which registers",
		p->link.address, p->frame_writer.name, error_text(error));
	return error_status(error);
}

int connection_run(const struct address *address, const struct options *options,
	struct heartbeat *heartbeat)
{
	struct connection l = {
		.client = { .options = options,
			.map = options->map,
			.heartbeat = heartbeat,
			.pack_count = -1,
			.frame_writer = { .start = -1 } },
		.poll_due = clock_monotonic(),
		.stop = wait_signals((const int[]){ SIGTERM, SIGINT, 0 }),
		.ask = wait_signals((const int[]){ SIGUSR1, 0 }),
	};
	struct client *p = &l.client;
	int error = reconnect_init(&p->link,
		&(struct reconnect_options){ address, options->security,
			&options->keys, options->timeout, BACKOFF_MAX },
		l.stop);

	address_format(p->frame_writer.address, address);
	srandom((unsigned)clock_wall() ^ (unsigned)getpid());
	if (l.stop < 0 || l.ask < 0)
		error = l.stop < 0 ? l.stop : l.ask;
	if (error == 0)
		error = run(&l);
	plan_free(p->plan);
	error = end(p, error);
	reconnect_release(&p->link);
	return error;
}
