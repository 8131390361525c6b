/* From a station's address to a link, as often as it takes. */
#include "station/reconnect.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/message.h"
#include "station/connect-failure.h"

/* ms between two attempts to connect: none at first, then doubled with each
 * failure in a row, plus up to a quarter by chance. */
#define BACKOFF_FIRST 1000

/* --- time ---------------------------------------------------------------- */

/* Until when the user wants to wait for a good answer. */
static int64_t patience_ends(const struct reconnect *r)
{
	return r->options.timeout == 0 ? INT64_MAX
				       : r->last_good + r->options.timeout;
}

int64_t reconnect_ends(const struct reconnect *reconnect)
{
	return clock_earlier(patience_ends(reconnect), reconnect->bound);
}

int64_t reconnect_due(const struct reconnect *reconnect)
{
	return clock_earlier(reconnect->due, reconnect_ends(reconnect));
}

bool reconnect_is_over(const struct reconnect *reconnect)
{
	return clock_left(reconnect_ends(reconnect)) == 0;
}

static void back_off(struct reconnect *r)
{
	int64_t wait = r->backoff;

	r->due = clock_monotonic() + wait;
	if (wait > 0)
		r->due += random() % (wait / 4);
	r->backoff = wait > 0 ? clock_earlier(2 * wait, r->options.backoff_max)
			      : BACKOFF_FIRST;
}

/* --- stages -------------------------------------------------------------- */

static int open_link(struct station *station, int64_t deadline)
{
	int error = station_connect(station, deadline);

	return error == -BT_ETIMEOUT ? -BT_EUNFOUND : error;
}

/*
 * The name is read after notifications were asked for: by then a station that
 * encrypts has sent its challenge. bluetti-bt-lib and bluetti_mqtt give a
 * connect 5 s and more; a public and a random address share this, and a
 * discovery that bluetoothd has begun delays it by 10 s.
 */
static const struct stage {
	int (*run)(struct station *station, int64_t deadline);
	int64_t time; /* ms */
} stages[] = {
	[RECONNECT_CONNECT] = { open_link, 20000 },
	[RECONNECT_DISCOVER] = { station_discover, 15000 },
	[RECONNECT_NAME] = { station_read_name, 10000 },
	[RECONNECT_SECURE] = { station_shake_hands, 15000 },
};

int reconnect_step(struct reconnect *reconnect)
{
	const struct stage *stage = &stages[reconnect->stage];
	int error;

	if (reconnect_is_over(reconnect))
		return 0;
	error = stage->run(reconnect->station,
		clock_earlier(clock_monotonic() + stage->time,
			reconnect_ends(reconnect)));
	if (error < 0)
		return error;
	if (reconnect->stage == RECONNECT_CONNECT) {
		reconnect->connects++;
		reconnect->last_sign = clock_monotonic();
	}
	reconnect->stage++;
	return 0;
}

bool reconnect_is_linked(const struct reconnect *reconnect)
{
	return reconnect->stage == RECONNECT_LINKED;
}

void reconnect_drop(struct reconnect *reconnect)
{
	station_disconnect(reconnect->station);
	reconnect->stage = RECONNECT_CONNECT;
}

/* --- results ------------------------------------------------------------- */

static bool is_final(const struct reconnect *r, int error)
{
	return error == -BT_ENOMAP || error == -BT_EOUTPUT ||
		station_is_final(r->station, error);
}

/* Says at which step it came. */
static void report_refusal(const struct reconnect *r)
{
	static const char steps[][32] MESSAGE_TABLE = {
		[RECONNECT_DISCOVER] = "discovering the service",
		[RECONNECT_SECURE] = "starting an encrypted session",
		[RECONNECT_LINKED] = "reading registers",
	};
	uint8_t code = station_att_code(r->station);

	message("%s: %s: %s 0x%02x; trying again", r->address, steps[r->stage],
		refusal_text(code), code);
}

static void report(struct reconnect *r, int error)
{
	const char *address = r->address;
	bool is_useless = r->last_error < 0 &&
		(error == -BT_ESILENT || error == -BT_EMIXED);

	if (is_useless)
		error = r->last_error;
	if (!reported_errors_add(&r->reported, error))
		return;
	if (is_useless)
		message("%s: connected, but no valid response: %s; trying "
			"again",
			address, error_text(error));
	else if (error == -BT_EATT)
		report_refusal(r);
	else
		message("%s: %s; trying again", address,
			reason_text(r->options.address, error));
}

int reconnect_fail(struct reconnect *reconnect, int error)
{
	if (is_final(reconnect, error))
		return error;
	report(reconnect, error);
	reconnect_drop(reconnect);
	back_off(reconnect);
	return reconnect_is_over(reconnect) ? -BT_ETIMEOUT : 0;
}

/* No update is known that removes encryption: it may be another station. */
static void report_plain(struct reconnect *r)
{
	bool was_plain = r->is_plain;

	r->is_plain = station_was_secure(r->station);
	if (r->is_plain && !was_plain)
		message("%s: used encryption before, but responds in plain "
			"text now: is it the same station?",
			r->address);
}

void reconnect_record_good(struct reconnect *reconnect)
{
	report_plain(reconnect);
	reconnect->last_good = clock_monotonic();
	reconnect->last_sign = reconnect->last_good;
	reconnect->has_answered = true;
}

void reconnect_record_rest(struct reconnect *reconnect, int64_t begin)
{
	int64_t rest = clock_monotonic() - begin;

	reconnect->last_good += rest;
	reconnect->last_sign += rest;
}

void reconnect_recover(struct reconnect *reconnect)
{
	reconnect->backoff = 0;
	if (reported_errors_clear(&reconnect->reported))
		message("%s: back", reconnect->address);
}

/* --- begin and end ------------------------------------------------------- */

int reconnect_init(struct reconnect *reconnect,
	const struct reconnect_options *options, int cancel)
{
	int error;

	*reconnect = (struct reconnect){
		.options = *options,
		.last_good = clock_monotonic(),
		.bound = INT64_MAX,
	};
	address_format(reconnect->address, options->address);
	error = station_new(&reconnect->station, options->address, cancel);
	return error < 0 ? error
			 : station_secure(reconnect->station, options->security,
				   options->keys);
}

void reconnect_release(struct reconnect *reconnect)
{
	station_free(reconnect->station);
}

/* How long the user has waited for a good answer, in ms. */
static int64_t waited(const struct reconnect *r)
{
	return r->options.timeout > 0 ? r->options.timeout
				      : r->bound - r->last_good;
}

int reconnect_end(const struct reconnect *reconnect,
	const struct frame_writer *frame_writer, int error)
{
	const char *address = reconnect->address;

	switch (error) {
	case 0:
		return EX_OK;
	case -BT_ECANCELED:
		return EX_TEMPFAIL;
	case -BT_ETIMEOUT:
		message("%s: no valid response in %lld s: giving up", address,
			(long long)waited(reconnect) / 1000);
		return reported_errors_status(&reconnect->reported);
	case -BT_EOUTPUT:
		message("%s: %s", error_text(error),
			error_text(-frame_writer->output_error));
		return error_status(-frame_writer->output_error);
	default:
		message("%s: %s", address,
			reason_text(reconnect->options.address, error));
	}
	return error_status(error);
}
