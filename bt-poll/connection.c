/*
 * The life of a connection as a table of stages. Each stage does one thing
 * and leads to the next; a failure leads back to AWAY, where the wait grows
 * with each failure in a row. Only a few errors end the life: a signal,
 * output that fails, a permission that is missing, a station without a map.
 */
#include "connection.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/wait-for.h"
#include "identify.h"
#include "packs.h"
#include "plan.h"
#include "read-blocks.h"
#include "schedule.h"
#include "station-report.h"
#include "station/station.h"

/* Between two attempts: doubled with each, plus up to a quarter. */
#define BACKOFF_FIRST 1000
#define BACKOFF_MAX 60000

enum stage_name { AWAY, CONNECT, DISCOVER, SECURE, IDENTIFY, POLL, REST };

struct connection {
	struct client client;
	struct packs packs;
	struct reported_errors told; /* on standard error */
	int stop;		     /* signalfd of SIGTERM and SIGINT */
	int ask;		     /* signalfd of SIGUSR1 */
	int64_t poll_due;
	int64_t backoff;
	int64_t trouble; /* since when there is no good answer; INT64_MAX:
			  * the last one was good */
	bool done;	 /* the number of polls is reached */
};

/* --- time ---------------------------------------------------------------- */

/* Until when the user wants to wait for a good answer. */
static int64_t patience_ends(const struct connection *l)
{
	int64_t timeout = l->client.options->timeout;

	if (timeout == 0 || l->trouble == INT64_MAX)
		return INT64_MAX;
	return l->trouble + timeout;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t stage_deadline(const struct connection *l, int64_t duration)
{
	return earlier(clock_monotonic() + duration, patience_ends(l));
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

static int wait_backoff(struct connection *l)
{
	int64_t wait = l->backoff;

	station_disconnect(l->client.station);
	packs_reset(&l->packs);
	if (wait > 0)
		wait += random() % (wait / 4);
	l->backoff = l->backoff ? 2 * l->backoff : BACKOFF_FIRST;
	if (l->backoff > BACKOFF_MAX)
		l->backoff = BACKOFF_MAX;
	return wait_until(
		l, earlier(clock_monotonic() + wait, patience_ends(l)));
}

static int open_link(struct connection *l)
{
	int error = station_connect(
		l->client.station, stage_deadline(l, STATION_CONNECT_TIME));

	if (error == -BT_ETIMEOUT)
		return -BT_EUNFOUND;
	if (error < 0)
		return error;
	l->client.count.connects++;
	l->client.last_good = clock_monotonic();
	return 0;
}

/* The station's name is read after its notifications were asked for: by then a
 * station that encrypts has sent its challenge. */
static int find_handles(struct connection *l)
{
	struct station *station = l->client.station;
	int error = station_discover(
		station, stage_deadline(l, STATION_DISCOVER_TIME));

	if (error < 0)
		return error;
	return station_identify(
		station, stage_deadline(l, STATION_IDENTIFY_TIME));
}

static int shake_hands(struct connection *l)
{
	return station_shake_hands(
		l->client.station, stage_deadline(l, STATION_SECURE_TIME));
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
	int error;

	frame_writer_name(&p->frame_writer, station_name(p->station));
	error = identify(p);
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
	if (error != -BT_ESILENT || !station_is_secure(p->station))
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
	if (l->client.count.frames > frames) {
		l->trouble = INT64_MAX;
		l->backoff = 0;
		report_well(&l->told, &l->client);
	}
	l->done = error == 0 && is_complete(l);
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
		station_disconnect(l->client.station);
	error = wait_until(l, due);
	/* Who is not asked is not silent. */
	l->client.last_good += clock_monotonic() - begin;
	return error;
}

static const struct stage {
	int (*run)(struct connection *l);
	enum stage_name next, failed;
} stages[] = {
	[AWAY] = { wait_backoff, CONNECT, AWAY },
	[CONNECT] = { open_link, DISCOVER, AWAY },
	[DISCOVER] = { find_handles, SECURE, AWAY },
	[SECURE] = { shake_hands, IDENTIFY, AWAY },
	[IDENTIFY] = { learn_model, REST, AWAY },
	[POLL] = { poll_once, REST, AWAY },
	[REST] = { wait_interval, POLL, AWAY },
};

/* --- the end ------------------------------------------------------------- */

/* What no retry mends. */
static bool is_final(const struct connection *l, int error)
{
	return error == -BT_ENOMAP || error == -BT_EOUTPUT ||
		station_is_final(l->client.station, error);
}

static void note_trouble(struct connection *l, int error)
{
	if (l->trouble == INT64_MAX)
		l->trouble = clock_monotonic();
	report_trouble(&l->told, &l->client, error);
}

static enum stage_name following(
	const struct connection *l, enum stage_name name, int error)
{
	if (error < 0)
		return stages[name].failed;
	/* The link was let go (--release). */
	if (stages[name].next == POLL &&
		!station_is_connected(l->client.station))
		return CONNECT;
	return stages[name].next;
}

/* Runs stage after stage; 0 when complete, else the error that ends it. */
static int run(struct connection *l)
{
	enum stage_name name = AWAY;

	while (!l->done) {
		int error = stages[name].run(l);

		heartbeat_beat(l->client.heartbeat);
		if (is_final(l, error))
			return error;
		if (error < 0)
			note_trouble(l, error);
		if (clock_left(patience_ends(l)) == 0)
			return -BT_ETIMEOUT;
		name = following(l, name, error);
	}
	return 0;
}

int connection_run(const struct address *address, const struct options *options,
	struct heartbeat *heartbeat)
{
	struct connection l = {
		.client = { .options = options,
			.address = address,
			.heartbeat = heartbeat,
			.pack_count = -1,
			.frame_writer = { .start = -1 } },
		.poll_due = clock_monotonic(),
		.trouble = clock_monotonic(),
	};
	int error;

	address_format(l.client.frame_writer.address, address);
	srandom((unsigned)clock_wall() ^ (unsigned)getpid());
	l.stop = wait_signals((const int[]){ SIGTERM, SIGINT, 0 });
	l.ask = wait_signals((const int[]){ SIGUSR1, 0 });
	error = l.stop < 0 ? l.stop : 0;
	if (l.ask < 0)
		error = l.ask;
	if (error == 0)
		error = station_new(&l.client.station, address, l.stop);
	if (error == 0)
		error = station_secure(
			l.client.station, options->security, &options->keys);
	if (error == 0)
		error = run(&l);
	error = report_end(&l.told, &l.client, error);
	plan_free(l.client.plan);
	station_free(l.client.station);
	return error;
}
