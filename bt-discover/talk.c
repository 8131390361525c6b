/* One read at a time, with its retries. */
#include "talk.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock-wait.h"
#include "base/clock.h"
#include "base/clock.h"
#include "base/errors.h"
#include "base/wait-for.h"
#include "modbus/modbus.h"
#include "station/station-exchange.h"

/* Less than in bt-poll: the user waits for the end. */
#define BACKOFF_MAX 10000

/*
 * The time-out of an answer: a multiple of the usual time. Stations need 0.2 to
 * 0.4 s (Patrick762/hassio-bluetti-bt); the classic tools wait 5 s.
 */
#define ANSWER_FIRST 2000
#define ANSWER_MULTIPLE 3
#define ANSWER_LEAST 300
#define ANSWER_LEAST_REFUSING 1500
#define ANSWER_MOST 5000

/* Attempts at a read that breaks the link or gets invalid answers, and at one
 * that finds the station busy. */
#define TRIES 3
#define BUSY_TRIES 10

/* --- time ---------------------------------------------------------------- */

static int answer_time(const struct talk *t)
{
	int64_t ms = ANSWER_MULTIPLE * t->slowest;
	int least = t->has_refused ? ANSWER_LEAST_REFUSING : ANSWER_LEAST;

	if (t->slowest == 0)
		return ANSWER_FIRST;
	if (ms < least)
		return least;
	return ms < ANSWER_MOST ? (int)ms : ANSWER_MOST;
}

/* A slow answer loses its weight after some dozens of fast ones. */
static void learn_time(struct talk *t, int64_t trip)
{
	t->slowest -= (t->slowest - trip) / 16;
	if (trip > t->slowest)
		t->slowest = trip;
}

/* --- the link ------------------------------------------------------------- */

/* The link is of no more use. 0 if it makes sense to open it again. */
static int drop_link(struct talk *t, int error)
{
	progress_clear(t->progress);
	return reconnect_fail(&t->link, error);
}

int talk_silence(struct talk *talk)
{
	return drop_link(talk, -BT_ESILENT);
}

static int wait_until(const struct talk *t, int64_t due)
{
	int error = wait_for(t->stop, POLLIN, due, -1);

	if (error == 0)
		return -BT_ECANCELED;
	return error == -BT_ETIMEOUT ? 0 : error;
}

static int connect_station(struct talk *t)
{
	while (!reconnect_is_linked(&t->link)) {
		int error = wait_until(t, reconnect_due(&t->link));

		if (error == 0)
			error = reconnect_step(&t->link);
		if (error < 0)
			error = drop_link(t, error);
		else if (reconnect_is_over(&t->link))
			error = -BT_ETIMEOUT;
		if (error < 0)
			return error;
	}
	frame_writer_name(&t->frame_writer, station_name(t->link.station));
	return 0;
}

/* Wrong times cannot be recognized later. */
static int wait_for_clock(const struct talk *t)
{
	struct clock_wait wait = { 0 };
	int error = 0;

	while (error == 0 && clock_wait(&wait))
		error = wait_until(t, clock_monotonic() + 1000);
	return error;
}

/* --- questions ------------------------------------------------------------ */

static int try_once(struct talk *t, struct exchange *exchange)
{
	int error;

	exchange->answer_time = answer_time(t);
	error = station_exchange(t->link.station, exchange);
	reconnect_record_rest(&t->link, clock_monotonic() - exchange->waited);
	t->requests++;
	if (error == 0)
		learn_time(t, exchange->trip);
	return error;
}

static void record_good(struct talk *t)
{
	reconnect_record_good(&t->link);
	if (t->link.reported.count > 0)
		progress_clear(t->progress);
	reconnect_recover(&t->link);
}

int talk_read(struct talk *talk, uint16_t address, uint16_t count,
	struct frame_line *line)
{
	struct exchange exchange = { 0 };

	exchange.request_length = modbus_build_read(
		exchange.request, talk->options->unit_id, address, count);
	while (exchange.failures < TRIES && exchange.busy < BUSY_TRIES) {
		int error = connect_station(talk);

		if (error < 0)
			return error;
		error = try_once(talk, &exchange);
		exchange_line(&exchange, error, &talk->frame_writer, line);
		if (error == -BT_ETIMEOUT) {
			reconnect_drop(&talk->link);
			return TALK_SILENT;
		}
		if (error == 0 && !exchange.is_busy) {
			record_good(talk);
			return modbus_exception(exchange.answer)
				? TALK_REFUSED
				: TALK_ANSWERED;
		}
		if (error < 0)
			error = drop_link(talk, error);
		else if (reconnect_is_over(&talk->link))
			error = -BT_ETIMEOUT;
		if (error < 0)
			return error;
	}
	return TALK_FAILED;
}

/* --- begin and end -------------------------------------------------------- */

void talk_init(struct talk *talk, const struct options *options,
	struct progress *progress)
{
	*talk = (struct talk){
		.options = options,
		.progress = progress,
		.frame_writer = { .start = -1 },
		.stop = -1,
		.usr1 = -1,
	};
	address_format(talk->frame_writer.address, &options->address);
}

int talk_open(struct talk *talk)
{
	const struct options *options = talk->options;
	int error;

	talk->stop = wait_signals((const int[]){ SIGTERM, SIGINT, 0 });
	talk->usr1 = wait_signals((const int[]){ SIGUSR1, 0 });
	error = reconnect_init(&talk->link,
		&(struct reconnect_options){ .address = &options->address,
			.security = options->security,
			.keys = &options->keys,
			.timeout = options->timeout,
			.backoff_max = BACKOFF_MAX },
		talk->stop);
	if (talk->stop < 0 || talk->usr1 < 0)
		error = talk->stop < 0 ? talk->stop : talk->usr1;
	if (error == 0 && !options->any_clock)
		error = wait_for_clock(talk);
	return error < 0 ? error : connect_station(talk);
}

void talk_release(struct talk *talk)
{
	reconnect_release(&talk->link);
	if (talk->stop >= 0)
		close(talk->stop);
	if (talk->usr1 >= 0)
		close(talk->usr1);
}

bool talk_has_usr1(const struct talk *talk)
{
	struct signalfd_siginfo info;

	return read(talk->usr1, &info, sizeof info) == sizeof info;
}
