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
	int usr1; /* signalfd of SIGUSR1 */
	int64_t poll_due;
	bool is_done; /* the number of polls is reached */
};

/* --- time ---------------------------------------------------------------- */

static void report_counters(const struct client *client)
{
	char text[COUNTERS_TEXT];

	counters_format(text, &client->count, client->link.connects);
	message("%s: %s", client->link.address, text);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Waits until a time; the heart goes on beating, and SIGUSR1 prints counters.
 */
static int wait_until(struct connection *c, int64_t due)
{
	struct signalfd_siginfo info;

	while (clock_left(due) > 0) {
		int64_t until =
			earlier(due, clock_monotonic() + HEARTBEAT_REST);
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

/* --- stages -------------------------------------------------------------- */

/* A step on the way to the link. */
static int make_link(struct connection *c)
{
	struct reconnect *link = &c->client.link;
	int error = wait_until(c, reconnect_due(link));

	return error < 0 ? error : reconnect_step(link);
}

static int make_plan(struct client *client)
{
	if (client->map)
		return plan_new(&client->plan, client->map->blocks,
			client->map->block_count, client->map);
	return plan_new(&client->plan, client->options->blocks,
		client->options->block_count, NULL);
}

static int learn_model(struct connection *c)
{
	struct client *client = &c->client;
	int error = 0;

	frame_writer_name(
		&client->frame_writer, station_name(client->link.station));
	/* The map stays the same as long as the process runs. */
	if (!client->map && client->options->block_count == 0)
		error = client_identify(client);
	return error == 0 && !client->plan ? make_plan(client) : error;
}

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

static int run_poll(struct connection *c)
{
	struct client *client = &c->client;
	unsigned long frames = client->count.frames;
	int error = poll_station(client);

	/* A poll that a dead session has cut off begins again at once. */
	if (error != -BT_ESILENT || !station_is_secure(client->link.station))
		c->poll_due = schedule_next(c->poll_due,
			client->options->interval, clock_monotonic());
	if (error < 0)
		return error;
	/* The link is there, but the station says nothing. */
	if (client->count.frames == frames)
		return -BT_ESILENT;
	client->count.polls++;
	client->heartbeat->polls++;
	return 0;
}

/* A poll, or the next step with a battery pack, whichever is due. */
static int poll_once(struct connection *c)
{
	unsigned long frames = c->client.count.frames;
	int error = 0;

	if (has_polls_left(c) && clock_left(c->poll_due) == 0)
		error = run_poll(c);
	else if (packs_exist(&c->client))
		error = packs_step(&c->packs, &c->client);
	if (c->client.count.frames > frames)
		reconnect_recover(&c->client.link);
	c->is_done = error == 0 && is_complete(c);
	return error;
}

static int wait_interval(struct connection *c)
{
	int64_t due = has_polls_left(c) ? c->poll_due : INT64_MAX;
	int64_t begin = clock_monotonic();
	int error;

	if (packs_exist(&c->client))
		due = earlier(due, c->packs.due);
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
	[IDENTIFY] = { learn_model, REST },
	[POLL] = { poll_once, REST },
	[REST] = { wait_interval, POLL },
};

/* Runs stage after stage; 0 when complete, else the error that ends it. */
static int run(struct connection *c)
{
	enum stage_name name = LINK;
	struct reconnect *link = &c->client.link;

	while (!c->is_done) {
		int error = stages[name].run(c);

		heartbeat_beat(c->client.heartbeat);
		if (error < 0) {
			packs_reset(&c->packs);
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
static int end(const struct client *client, int error)
{
	if (error == -BT_ECANCELED && !client->options->polls)
		return EX_OK;
	if (error != -BT_ENOMAP)
		return reconnect_end(
			&client->link, &client->frame_writer, error);
	message("%s: \"%s\": %s; --model says which map to use, "
		"--read which registers",
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
	if (error == 0)
		error = run(&c);
	plan_free(client->plan);
	error = end(client, error);
	reconnect_release(&client->link);
	return error;
}
