/* One question at a time, with its retries. */
#include "talk.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/message.h"
#include "base/wait-for.h"
#include "modbus/modbus.h"
#include "station/connect-failure.h"

/* Between two attempts to connect. */
#define BACKOFF_FIRST 500
#define BACKOFF_MAX 10000

/*
 * How long an answer is waited for: a multiple of what answers take. Stations
 * need 0.2 to 0.4 s (Patrick762/hassio-bluetti-bt); the classic tools wait 5 s.
 */
#define ANSWER_FIRST 2000
#define ANSWER_MULTIPLE 3
#define ANSWER_LEAST 300
#define ANSWER_LEAST_REFUSING 1500
#define ANSWER_MOST 5000

/* Tries of a question that breaks the link or gets bad answers. */
#define TRIES 3
/* A station that is busy is asked so often, after so many ms each. */
#define BUSY_TRIES 10
#define BUSY_TIME 1000

/* --- time ---------------------------------------------------------------- */

static int64_t patience_ends(const struct talk *t)
{
	return t->last_good + t->options->timeout;
}

static int64_t stage_deadline(const struct talk *t, int64_t duration)
{
	int64_t deadline = clock_monotonic() + duration;

	return deadline < patience_ends(t) ? deadline : patience_ends(t);
}

static int answer_time(const struct talk *t)
{
	int64_t ms = ANSWER_MULTIPLE * t->slowest;
	int least = t->refuses ? ANSWER_LEAST_REFUSING : ANSWER_LEAST;

	if (t->slowest == 0)
		return ANSWER_FIRST;
	if (ms < least)
		return least;
	return ms < ANSWER_MOST ? (int)ms : ANSWER_MOST;
}

/* One slow answer is forgotten after some dozens of fast ones. */
static void learn_time(struct talk *t, int64_t trip)
{
	t->slowest -= (t->slowest - trip) / 16;
	if (trip > t->slowest)
		t->slowest = trip;
}

static int wait_backoff(struct talk *t)
{
	int64_t until = stage_deadline(t, t->backoff);
	int error;

	if (t->backoff == 0)
		return 0;
	error = wait_for(t->stop, POLLIN, until, -1);
	if (error == 0)
		return -BT_ECANCELED;
	return error == -BT_ETIMEOUT ? 0 : error;
}

/* --- trouble -------------------------------------------------------------- */

/* The link is of no more use. 0 if it makes sense to open it anew. */
static int meet_trouble(struct talk *t, int error)
{
	station_disconnect(t->station);
	if (station_is_final(t->station, error))
		return error;
	t->backoff = t->backoff ? 2 * t->backoff : BACKOFF_FIRST;
	if (t->backoff > BACKOFF_MAX)
		t->backoff = BACKOFF_MAX;
	if (reported_errors_add(&t->told, error)) {
		progress_clear(t->progress);
		message("%s: %s; trying again", t->frame_writer.address,
			reason_text(&t->options->address, error));
	}
	return clock_left(patience_ends(t)) == 0 ? -BT_ETIMEOUT : 0;
}

static void note_good(struct talk *t)
{
	t->last_good = clock_monotonic();
	t->backoff = 0;
	if (reported_errors_clear(&t->told)) {
		progress_clear(t->progress);
		message("%s: back", t->frame_writer.address);
	}
}

int talk_end(const struct talk *talk, int error)
{
	switch (error) {
	case -BT_ECANCELED:
		return EX_TEMPFAIL;
	case -BT_ETIMEOUT:
		message("%s: no good answer in %lld s: given up",
			talk->frame_writer.address,
			(long long)talk->options->timeout / 1000);
		return reported_errors_status(&talk->told);
	case -BT_EOUTPUT:
		message("%s: %s", error_text(error),
			strerror(talk->frame_writer.output_error));
		break;
	default:
		message("%s: %s", talk->frame_writer.address,
			reason_text(&talk->options->address, error));
	}
	return error_status(error);
}

int talk_silence(struct talk *talk)
{
	return meet_trouble(talk, -BT_ESILENT);
}

/* --- the link ------------------------------------------------------------- */

static int open_link(struct talk *t)
{
	struct station *station = t->station;
	int error = station_connect(
		station, stage_deadline(t, STATION_CONNECT_TIME));

	if (error == -BT_ETIMEOUT)
		return -BT_EUNFOUND;
	if (error == 0)
		error = station_discover(
			station, stage_deadline(t, STATION_DISCOVER_TIME));
	if (error == 0)
		error = station_identify(
			station, stage_deadline(t, STATION_IDENTIFY_TIME));
	if (error == 0)
		error = station_shake_hands(
			station, stage_deadline(t, STATION_SECURE_TIME));
	return error;
}

static int connect_station(struct talk *t)
{
	while (!station_is_connected(t->station)) {
		int error = wait_backoff(t);

		if (error == 0)
			error = open_link(t);
		if (error == 0) {
			frame_writer_name(
				&t->frame_writer, station_name(t->station));
			return 0;
		}
		error = meet_trouble(t, error);
		if (error < 0)
			return error;
	}
	return 0;
}

/* --- questions ------------------------------------------------------------ */

bool talk_is_busy(const struct frame_line *line)
{
	return line->response_length > 0 && modbus_is_busy(line->response);
}

/* One try: 0 and the answer in *line, or an error and its word. */
static int try_once(struct talk *t, const uint8_t *request, size_t length,
	struct frame_line *line)
{
	uint8_t answer[MODBUS_FRAME_MAX];
	size_t answer_length = 0;
	int64_t begin = clock_monotonic();
	int error = station_exchange(t->station, request, length, answer,
		&answer_length, answer_time(t));

	t->requests++;
	frame_writer_request(&t->frame_writer, line, request, length);
	if (error < 0) {
		frame_writer_failure(line, error);
		return error;
	}
	frame_writer_answer(line, answer, answer_length);
	learn_time(t, clock_monotonic() - begin);
	return 0;
}

/* A station that is busy all the time gives no good answer. */
static int wait_busy(struct talk *t)
{
	int error = station_pause(t->station, clock_monotonic() + BUSY_TIME);

	if (error < 0)
		return meet_trouble(t, error);
	return clock_left(patience_ends(t)) == 0 ? -BT_ETIMEOUT : 0;
}

int talk_read(struct talk *talk, uint16_t address, uint16_t count,
	struct frame_line *line)
{
	uint8_t request[MODBUS_SHORT_FRAME];
	size_t length =
		modbus_build_read(request, talk->options->unit, address, count);
	int tries = 0, busy = 0;

	while (tries < TRIES && busy < BUSY_TRIES) {
		int error = connect_station(talk);

		if (error < 0)
			return error;
		error = try_once(talk, request, length, line);
		if (error == -BT_ETIMEOUT) {
			station_disconnect(talk->station);
			return TALK_SILENT;
		}
		if (error == 0 && !talk_is_busy(line)) {
			note_good(talk);
			return modbus_exception(line->response) ? TALK_REFUSED
								: TALK_ANSWERED;
		}
		if (error == 0) {
			busy++;
			error = wait_busy(talk);
		} else {
			tries++;
			error = meet_trouble(talk, error);
		}
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
		.asked = -1,
	};
	address_format(talk->frame_writer.address, &options->address);
}

int talk_open(struct talk *talk)
{
	const struct options *options = talk->options;
	int error;

	talk->last_good = clock_monotonic();
	talk->stop = wait_signals((const int[]){ SIGTERM, SIGINT, 0 });
	if (talk->stop < 0)
		return talk->stop;
	talk->asked = wait_signals((const int[]){ SIGUSR1, 0 });
	if (talk->asked < 0)
		return talk->asked;
	error = station_new(&talk->station, &options->address, talk->stop);
	if (error == 0)
		error = station_secure(
			talk->station, options->security, &options->keys);
	return error < 0 ? error : connect_station(talk);
}

void talk_release(struct talk *talk)
{
	station_free(talk->station);
	if (talk->stop >= 0)
		close(talk->stop);
	if (talk->asked >= 0)
		close(talk->asked);
}

bool talk_is_asked(const struct talk *talk)
{
	struct signalfd_siginfo info;

	return read(talk->asked, &info, sizeof info) == sizeof info;
}
