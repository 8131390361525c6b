/* Connecting, retrying and reconnecting. */
#include "database-connection.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/random.h>

#include "base/errors.h"
#include "base/message.h"
#include "login.h"
#include "report.h"
#include "sums.h"
#include "transaction.h"

/* Back-off between connection attempts, in milliseconds; it doubles up to the
 * last value. */
#define PAUSE_FIRST 250
#define PAUSE_LAST 30000

/* The first retry after a conflict with another session is silent and follows
 * after PAUSE_CONFLICT; the back-off is at most PAUSE_CONFLICTS. */
#define PAUSE_CONFLICT 10
#define PAUSE_CONFLICTS 1000

/* Conflicts in a row with other sessions that compute sums, too. */
#define SUM_CONFLICTS 10

static void report_state(const struct connection *c, enum report_kind kind)
{
	/* An error means that the parent has closed the socket. */
	report_send(c->socket, &(struct report){ .kind = kind });
}

/* --- one try -------------------------------------------------------------- */

static int open_on(struct connection *c, size_t host, struct failure *failure)
{
	MYSQL *handle;
	int error;

	report_state(c, REPORT_LOGIN);
	error = login_connect(&c->options->login, host, &handle, failure);
	report_state(c, REPORT_LOGIN_OVER);
	if (error == 0)
		error = session_open(
			&c->session, handle, c->options->replace, failure);
	/* An error while creating tables is not the fault of a record. */
	return error == -BT_ERECORD ? -BT_ESETUP : error;
}

/* Connects to the first host that accepts. Otherwise returns an error that can
 * be retried, if any host reported one. */
static int open_session(struct connection *c, struct failure *failure)
{
	size_t hosts = login_hosts(&c->options->login);
	int result = 0;

	for (size_t i = 0; i < hosts; i++) {
		struct failure reason = { 0 };
		int error = open_on(c, c->history->host, &reason);

		if (error == 0) {
			c->history->reconnects += c->history->was_well;
			return 0;
		}
		if (i == 0 || error == -BT_EAWAY || error == -BT_ECONFLICT) {
			result = error;
			*failure = reason;
		}
		c->history->host = (c->history->host + 1) % hosts;
	}
	return result;
}

/* The next attempt uses the next host. */
static void close_session(struct connection *c)
{
	session_close(c->session);
	c->session = NULL;
	c->history->host =
		(c->history->host + 1) % login_hosts(&c->options->login);
}

static int try_once(
	struct connection *c, struct batch *batch, struct failure *failure)
{
	int error = c->session ? 0 : open_session(c, failure);

	if (error == 0 && batch)
		error = transaction_send(batch, c->session, failure);
	c->history->has_delivered |= error == 0 && batch;
	return error;
}

/* --- waiting -------------------------------------------------------------- */

/* Whether to retry. After a success, a refusal is likely that of a server under
 * maintenance. */
static bool is_worth_waiting(const struct connection *c, int error)
{
	if (error == -BT_EAWAY || error == -BT_ECONFLICT)
		return true;
	return (error == -BT_EDENIED || error == -BT_ESETUP) &&
		(c->history->has_delivered ||
			(c->history->was_well && !c->session));
}

const char *connection_error_text(
	const struct connection_history *history, int error)
{
	if (error != -BT_EAWAY)
		return error_text(error);
	return history->was_well ? MESSAGE_TEXT("lost the database")
				 : MESSAGE_TEXT("waiting for the database");
}

/* Reports each new state once. */
static void record_failure(
	struct connection *c, int error, const struct failure *failure)
{
	if (c->history->last_error == 0 || c->history->pause == 0)
		c->history->pause = PAUSE_FIRST;
	if (c->history->last_error != error)
		message("%s: %s; trying again",
			connection_error_text(c->history, error),
			failure->text);
	c->history->last_error = error;
	c->is_well = false;
	report_state(c, REPORT_AWAY);
}

static void warn_of_flush(struct connection *c)
{
	if (c->session->flush == 1 || c->history->has_warned)
		return;
	c->history->has_warned = true;
	message("the server does not sync its log at every commit "
		"(innodb_flush_log_at_trx_commit=%d): a power cut may lose the "
		"last second there",
		c->session->flush);
}

static void record_success(struct connection *c)
{
	const char *advice = schema_advice(c->session->schema);

	if (c->history->last_error != 0)
		message("the database is back");
	if (advice)
		message("%s", advice);
	warn_of_flush(c);
	c->history->last_error = 0;
	c->history->was_well = true;
	if (!c->is_well)
		report_state(c, REPORT_WELL);
	c->is_well = true;
}

/* Returns half to all of a pause, so that clients do not reconnect in step. */
static int jitter(int pause)
{
	unsigned int random = 0;

	if (getrandom(&random, sizeof random, 0) < 0)
		return pause;
	return pause / 2 + (int)(random % (unsigned int)(pause / 2));
}

/* Returns false if the socket has ended. */
static bool wait_a_while(struct connection *c, int pause)
{
	struct pollfd end = { .fd = c->socket, .events = POLLIN };

	return poll(&end, 1, jitter(pause)) <= 0;
}

/* Reports the error and waits before the next attempt. */
static bool wait_for_better(
	struct connection *c, int error, const struct failure *failure)
{
	int last = error == -BT_ECONFLICT ? PAUSE_CONFLICTS : PAUSE_LAST;
	int pause;

	/* A conflict that repeats may be permanent on this host. */
	if (c->session &&
		(error != -BT_ECONFLICT || error == c->history->last_error))
		close_session(c);
	record_failure(c, error, failure);
	pause = c->history->pause < last ? c->history->pause : last;
	c->history->pause = pause < last / 2 ? 2 * pause : last;
	return wait_a_while(c, pause);
}

int connection_deliver(
	struct connection *c, struct batch *batch, struct failure *failure)
{
	int error = try_once(c, batch, failure);

	if (error == -BT_ECONFLICT && wait_a_while(c, PAUSE_CONFLICT))
		error = try_once(c, batch, failure);
	while (error < 0) {
		if (!is_worth_waiting(c, error))
			return error;
		if (!wait_for_better(c, error, failure))
			return -BT_ECANCELED;
		error = try_once(c, batch, failure);
	}
	record_success(c);
	return 0;
}

bool connection_sum(struct connection *c)
{
	struct failure failure;
	int result;

	if (!c->session)
		return false;
	result = sums_step(c->session->handle, &failure);
	/* Retry after a conflict unless records arrive. */
	if (result == -BT_ECONFLICT && c->sum_conflicts++ < SUM_CONFLICTS)
		return true;
	c->sum_conflicts = 0;
	if (result >= 0)
		c->last_sum_error = 0;
	else if (result != -BT_EAWAY && result != c->last_sum_error)
		message("cannot compute the sums: %s; trying again later",
			failure.text);
	if (result < 0)
		c->last_sum_error = result;
	return result > 0;
}

void connection_close(struct connection *c)
{
	session_close(c->session);
	c->session = NULL;
}
