/*
 * The life of a connection as a table of stages. Each stage does one thing
 * and leads to the next; a failure leads back to AWAY, where the wait grows
 * with each failure in a row. Only a few errors end the life: a signal,
 * output that fails, a permission that is missing, a station without a map.
 */
#include "life.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"
#include "message.h"
#include "packs.h"
#include "poll.h"
#include "schedule.h"
#include "station.h"
#include "wait.h"

/* ms. bluetti-bt-lib and bluetti_mqtt give a connect 5 s and more; a public
 * and a random address share this. */
#define CONNECT_TIME 20000
#define DISCOVER_TIME 15000
#define IDENTIFY_TIME 10000

/* Between two attempts: doubled with each, plus up to a quarter. */
#define BACKOFF_FIRST 1000
#define BACKOFF_MAX 60000

enum stage_name { AWAY, CONNECT, DISCOVER, IDENTIFY, POLL, REST };

struct life {
	struct poller poller;
	struct packs packs;
	int stop; /* signalfd of SIGTERM and SIGINT */
	int ask;  /* signalfd of SIGUSR1 */
	int64_t poll_due;
	int64_t backoff;
	int64_t trouble; /* since when there is no good answer; INT64_MAX:
			  * the last one was good */
	int last_said;	 /* the error that was reported last; 0: all is well */
	bool done;	 /* the number of polls is reached */
};

/* --- what is said
 * ------------------------------------------------------------------ */

static void say(struct life *l, int error)
{
	const char *who = l->poller.journal.address;
	uint8_t code = station_att_code(l->poller.station);

	if (error == l->last_said)
		return;
	l->last_said = error;
	if (error == 0)
		message("%s: back", who);
	else if (error == -BT_EATT)
		message("%s: %s 0x%02x; trying again", who, error_text(error),
			code);
	else
		message("%s: %s; trying again", who, error_text(error));
}

static void print_counters(const struct life *l)
{
	const struct counters *c = &l->poller.count;

	message("%s: %lu connects, %lu polls, %lu good frames, %lu failed",
		l->poller.journal.address, c->connects, c->polls, c->frames,
		c->failures);
}

/* Waits until a time, printing counters meanwhile when asked to. */
static int wait_until(struct life *l, int64_t due)
{
	struct signalfd_siginfo info;
	int error;

	for (;;) {
		error = wait_for(l->stop, POLLIN, due, l->ask);
		if (error == 0)
			return -BT_ECANCELED;
		if (error != -BT_ECANCELED)
			return error == -BT_ETIMEOUT ? 0 : error;
		if (read(l->ask, &info, sizeof info) == sizeof info)
			print_counters(l);
	}
}

/* --- stages
 * ------------------------------------------------------------------------- */

/* Until when the user wants to wait for a good answer. */
static int64_t patience_ends(const struct life *l)
{
	int64_t timeout = l->poller.options->timeout;

	if (timeout == 0 || l->trouble == INT64_MAX)
		return INT64_MAX;
	return l->trouble + timeout;
}

static void note_trouble(struct life *l, int error)
{
	if (l->trouble == INT64_MAX)
		l->trouble = clock_monotonic();
	say(l, error);
}

static void note_good(struct life *l)
{
	l->trouble = INT64_MAX;
	l->backoff = 0;
	say(l, 0);
}

static int64_t stage_deadline(const struct life *l, int64_t duration)
{
	int64_t deadline = clock_monotonic() + duration;

	return deadline < patience_ends(l) ? deadline : patience_ends(l);
}

static int wait_backoff(struct life *l)
{
	int64_t wait = l->backoff;
	int64_t due;

	station_disconnect(l->poller.station);
	packs_reset(&l->packs);
	if (wait > 0)
		wait += random() % (wait / 4);
	due = clock_monotonic() + wait;
	if (due > patience_ends(l))
		due = patience_ends(l);
	l->backoff = l->backoff ? 2 * l->backoff : BACKOFF_FIRST;
	if (l->backoff > BACKOFF_MAX)
		l->backoff = BACKOFF_MAX;
	return wait_until(l, due);
}

static int open_link(struct life *l)
{
	int error = station_connect(
		l->poller.station, stage_deadline(l, CONNECT_TIME));

	if (error == 0)
		l->poller.count.connects++;
	return error;
}

static int find_handles(struct life *l)
{
	return station_discover(
		l->poller.station, stage_deadline(l, DISCOVER_TIME));
}

/* The station's own name says which map is its. */
static int learn_model(struct life *l)
{
	struct poller *p = &l->poller;
	int error =
		station_identify(p->station, stage_deadline(l, IDENTIFY_TIME));
	const char *name;

	if (error < 0)
		return error;
	name = station_name(p->station);
	memset(p->journal.name, 0, sizeof p->journal.name);
	memcpy(p->journal.name, name,
		strnlen(name, sizeof p->journal.name - 1));
	p->map = p->options->map;
	if (!p->map && p->options->maps)
		p->map = maps_by_name(p->options->maps, p->journal.name);
	return p->map || p->options->read_count ? 0 : -BT_ENOMAP;
}

static bool polls_left(const struct life *l)
{
	const struct options *options = l->poller.options;

	return !options->polls || l->poller.count.polls < options->polls;
}

/* Packs are read in the first round at least; a round is always finished. */
static bool is_complete(const struct life *l)
{
	if (polls_left(l))
		return 0;
	return !packs_exist(&l->poller) ||
		(l->packs.rounds > 0 && !packs_busy(&l->packs));
}

static int poll_whole(struct life *l)
{
	struct poller *p = &l->poller;
	unsigned long frames = p->count.frames;
	int error = poll_station(p);

	l->poll_due = schedule_next(
		l->poll_due, p->options->interval, clock_monotonic());
	if (error < 0)
		return error;
	/* The link is there, but the station says nothing. */
	if (p->count.frames == frames)
		note_trouble(l, -BT_ETIMEOUT);
	else
		p->count.polls++;
	return 0;
}

/* A poll, or the next step with a battery pack, whichever is due. */
static int poll_once(struct life *l)
{
	unsigned long frames = l->poller.count.frames;
	int error;

	if (polls_left(l) && clock_left(l->poll_due) == 0)
		error = poll_whole(l);
	else
		error = packs_step(&l->packs, &l->poller);
	if (l->poller.count.frames > frames)
		note_good(l);
	l->done = error == 0 && is_complete(l);
	return error;
}

static int wait_interval(struct life *l)
{
	int64_t due = polls_left(l) ? l->poll_due : INT64_MAX;

	if (packs_exist(&l->poller) && l->packs.due < due)
		due = l->packs.due;
	return wait_until(l, due);
}

static const struct stage {
	int (*run)(struct life *l);
	enum stage_name next, failed;
} stages[] = {
	[AWAY] = { wait_backoff, CONNECT, AWAY },
	[CONNECT] = { open_link, DISCOVER, AWAY },
	[DISCOVER] = { find_handles, IDENTIFY, AWAY },
	[IDENTIFY] = { learn_model, POLL, AWAY },
	[POLL] = { poll_once, REST, AWAY },
	[REST] = { wait_interval, POLL, AWAY },
};

/* --- the end
 * ------------------------------------------------------------------------- */

/* What no retry mends. */
static bool is_final(int error)
{
	return error == -BT_ECANCELED || error == -BT_ENOMAP ||
		error == -BT_EOUTPUT || error == -EACCES || error == -EPERM;
}

/* Runs stage after stage; 0 when complete, else the error that ends it. */
static int run(struct life *l)
{
	enum stage_name name = AWAY;

	while (!l->done) {
		int error = stages[name].run(l);

		if (is_final(error))
			return error;
		if (error < 0)
			note_trouble(l, error);
		if (clock_left(patience_ends(l)) == 0)
			return -BT_ETIMEOUT;
		name = error < 0 ? stages[name].failed : stages[name].next;
	}
	return 0;
}

static int status_of(const struct life *l, int error)
{
	const char *who = l->poller.journal.address;

	switch (error) {
	case 0:
		return EX_OK;
	case -BT_ECANCELED:
		return l->poller.options->polls ? EX_TEMPFAIL : EX_OK;
	case -BT_ETIMEOUT:
		message("%s: no good answer in %lld s: given up", who,
			(long long)l->poller.options->timeout / 1000);
		return l->last_said < 0 &&
				error_status(l->last_said) == EX_PROTOCOL
			? EX_PROTOCOL
			: EX_UNAVAILABLE;
	case -BT_ENOMAP:
		message("%s: \"%s\": %s; --model says which map to use, "
			"--read which registers",
			who, l->poller.journal.name, error_text(error));
		break;
	case -BT_EOUTPUT:
		message("%s: %s", error_text(error),
			strerror(l->poller.journal.output_error));
		break;
	default:
		message("%s: %s", who, error_text(error));
	}
	return error_status(error);
}

static int signal_descriptor(int first, int second)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, first);
	sigaddset(&set, second);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

int life(const struct address *address, const struct options *options)
{
	struct life l = {
		.poller = { .options = options,
			.pack_count = -1,
			.journal = { .start = -1 } },
		.poll_due = clock_monotonic(),
		.trouble = clock_monotonic(),
	};
	int error;

	address_format(l.poller.journal.address, address);
	srandom((unsigned)clock_wall() ^ (unsigned)getpid());
	l.stop = signal_descriptor(SIGTERM, SIGINT);
	l.ask = signal_descriptor(SIGUSR1, SIGUSR1);
	error = l.stop < 0 || l.ask < 0 ? -errno : 0;
	if (error == 0)
		error = station_new(&l.poller.station, address, l.stop);
	if (error == 0)
		error = run(&l);
	error = status_of(&l, error);
	station_free(l.poller.station);
	return error;
}
