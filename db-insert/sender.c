/* The one thread that waits for the database. */
#include "sender.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/message.h"
#include "login.h"
#include "session.h"

/* Milliseconds between tries to reach the database: the first pause, which
 * doubles up to the last one. */
#define PAUSE_FIRST 250
#define PAUSE_LAST 30000

/* After a conflict with another session it is tried again once without a
 * word, after the first of these; the pause never grows beyond the other. */
#define PAUSE_CONFLICT 10
#define PAUSE_CONFLICTS 1000

/* Milliseconds that sender_stop() waits. */
#define STOP_PATIENCE 1000

struct sender {
	const struct options *options;
	pthread_t thread;
	int descriptor;

	/* Shared, under the lock. */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool stopping, ended;
	enum sender_state state;
	int error; /* SENDER_FAILED */
	char why[BATCH_WHY];
	unsigned long reconnects;
	struct batch *given, *done;

	/* The thread's own. */
	struct session *session; /* NULL: not connected */
	size_t host;		 /* where it is, or is tried next */
	int trouble;		 /* the error told last, 0 if all is well */
	bool was_well;		 /* the database has been reached before */
	bool has_delivered;	 /* and it has taken records */
	bool said_flush;
	int pause;
};

/* --- what the other thread sees ------------------------------------------ */

/* With the lock held. */
static void announce(struct sender *s)
{
	uint64_t one = 1;

	(void)!write(s->descriptor, &one, sizeof one);
}

static void set_state(struct sender *s, enum sender_state state)
{
	pthread_mutex_lock(&s->lock);
	if (s->state != state) {
		s->state = state;
		announce(s);
	}
	pthread_mutex_unlock(&s->lock);
}

static void fail(struct sender *s, int error, const char *why)
{
	pthread_mutex_lock(&s->lock);
	s->error = error;
	snprintf(s->why, sizeof s->why, "%s", *why ? why : error_text(error));
	s->state = SENDER_FAILED;
	announce(s);
	pthread_mutex_unlock(&s->lock);
}

int sender_descriptor(const struct sender *s)
{
	return s->descriptor;
}

enum sender_state sender_state(struct sender *s)
{
	enum sender_state state;
	uint64_t count;

	pthread_mutex_lock(&s->lock);
	(void)!read(s->descriptor, &count, sizeof count);
	state = s->state;
	pthread_mutex_unlock(&s->lock);
	return state;
}

int sender_failure(struct sender *s, char why[BATCH_WHY])
{
	int error;

	pthread_mutex_lock(&s->lock);
	snprintf(why, BATCH_WHY, "%s", s->why);
	error = s->error;
	pthread_mutex_unlock(&s->lock);
	return error;
}

unsigned long sender_reconnects(struct sender *s)
{
	unsigned long count;

	pthread_mutex_lock(&s->lock);
	count = s->reconnects;
	pthread_mutex_unlock(&s->lock);
	return count;
}

void sender_give(struct sender *s, struct batch *batch)
{
	pthread_mutex_lock(&s->lock);
	s->given = batch;
	pthread_cond_signal(&s->changed);
	pthread_mutex_unlock(&s->lock);
}

bool sender_is_done(struct sender *s)
{
	bool is_done;

	pthread_mutex_lock(&s->lock);
	is_done = s->done;
	pthread_mutex_unlock(&s->lock);
	return is_done;
}

struct batch *sender_take(struct sender *s)
{
	struct batch *batch;

	pthread_mutex_lock(&s->lock);
	batch = s->done;
	s->done = NULL;
	pthread_mutex_unlock(&s->lock);
	return batch;
}

/* --- the database, there or not ------------------------------------------ */

static int open_on(struct sender *s, size_t host, char why[BATCH_WHY])
{
	MYSQL *handle;
	int error = login_connect(&s->options->login, host, &handle, why);

	if (error == 0)
		error = session_open(
			&s->session, handle, s->options->replace, why);
	/* Tables that cannot be made are nothing that a record could mend. */
	return error == -BT_ERECORD ? -BT_ESETUP : error;
}

/* On the first host that takes it. If none does, the error is one that may
 * pass, if there was such. */
static int open_session(struct sender *s, char why[BATCH_WHY])
{
	size_t hosts = login_hosts(&s->options->login);
	int result = 0;

	for (size_t i = 0; i < hosts; i++) {
		char reason[BATCH_WHY];
		int error = open_on(s, s->host, reason);

		if (error == 0) {
			pthread_mutex_lock(&s->lock);
			s->reconnects += s->was_well;
			pthread_mutex_unlock(&s->lock);
			return 0;
		}
		if (i == 0 || error == -BT_EAWAY || error == -BT_ECONFLICT) {
			result = error;
			memcpy(why, reason, BATCH_WHY);
		}
		s->host = (s->host + 1) % hosts;
	}
	return result;
}

/* The next connection is tried on the next host. */
static void close_session(struct sender *s)
{
	session_close(s->session);
	s->session = NULL;
	s->host = (s->host + 1) % login_hosts(&s->options->login);
}

/* One try to settle the batch; just to connect if there is none. */
static int try_send(struct sender *s, struct batch *batch, char why[BATCH_WHY])
{
	int error = s->session ? 0 : open_session(s, why);

	if (error == 0 && batch)
		error = batch_send(batch, s->session, why);
	s->has_delivered |= error == 0 && batch;
	return error;
}

/* Whether waiting may mend it. Once all was well, a refusal is likely that of
 * a server under repair. */
static bool is_worth_waiting(const struct sender *s, int error)
{
	if (error == -BT_EAWAY || error == -BT_ECONFLICT)
		return true;
	return (error == -BT_EDENIED || error == -BT_ESETUP) &&
		(s->has_delivered || (s->was_well && !s->session));
}

/* One message for each new state. */
static void note_trouble(struct sender *s, int error, const char *why)
{
	if (s->trouble == 0)
		s->pause = PAUSE_FIRST;
	if (s->trouble != error)
		message("%s: %s; trying again",
			error != -BT_EAWAY    ? error_text(error)
				: s->was_well ? "lost the database"
					      : "waiting for the database",
			why);
	s->trouble = error;
	set_state(s, SENDER_AWAY);
}

static void note_well(struct sender *s)
{
	const char *advice = schema_advice(s->session->schema);

	if (s->trouble != 0)
		message("the database is back");
	if (advice)
		message("%s", advice);
	if (s->session->flush != 1 && !s->said_flush) {
		message("the server syncs its log only now and then "
			"(innodb_flush_log_at_trx_commit=%d): a power cut "
			"there may lose the last second",
			s->session->flush);
		s->said_flush = true;
	}
	s->trouble = 0;
	s->was_well = true;
	set_state(s, SENDER_WELL);
}

/* Half to all of a pause, so that several do not come back in step. */
static int jitter(int pause)
{
	unsigned int random = 0;

	if (getrandom(&random, sizeof random, 0) < 0)
		return pause;
	return pause / 2 + (int)(random % (unsigned int)(pause / 2));
}

static struct timespec in_future(int milliseconds)
{
	int64_t then = clock_monotonic() + milliseconds;

	return (struct timespec){ .tv_sec = (time_t)(then / 1000),
		.tv_nsec = (long)(then % 1000) * 1000000 };
}

/* Waits until the other thread, or this one, has set a flag: what it is
 * then. */
static bool wait_flag(struct sender *s, const bool *flag, int milliseconds)
{
	struct timespec until = in_future(milliseconds);
	bool is_set;

	pthread_mutex_lock(&s->lock);
	while (!*flag &&
		pthread_cond_timedwait(&s->changed, &s->lock, &until) !=
			ETIMEDOUT)
		;
	is_set = *flag;
	pthread_mutex_unlock(&s->lock);
	return is_set;
}

/* Whether it is worth another try: false if the thread shall end. */
static bool wait_a_while(struct sender *s, int pause)
{
	return !wait_flag(s, &s->stopping, jitter(pause));
}

/* Tells what is wrong and waits for it to pass. */
static bool wait_for_better(struct sender *s, int error, const char *why)
{
	int last = error == -BT_ECONFLICT ? PAUSE_CONFLICTS : PAUSE_LAST;
	int pause;

	/* What asks to try again may ask so for ever, on this host. */
	if (s->session && (error != -BT_ECONFLICT || error == s->trouble))
		close_session(s);
	note_trouble(s, error, why);
	pause = s->pause < last ? s->pause : last;
	s->pause = pause < last / 2 ? 2 * pause : last;
	return wait_a_while(s, pause);
}

/* --- the thread ---------------------------------------------------------- */

/* The lines that were not parsed yet. */
static int parse(struct batch *batch)
{
	int more = 1;

	while (batch && more > 0)
		more = batch_parse(batch);
	return batch ? more : 0;
}

/* However long it takes: true once all is settled. */
static bool deliver(struct sender *s, struct batch *batch)
{
	char why[BATCH_WHY] = "";
	int error = parse(batch);

	if (error == 0)
		error = try_send(s, batch, why);
	if (error == -BT_ECONFLICT && wait_a_while(s, PAUSE_CONFLICT))
		error = try_send(s, batch, why);
	while (error < 0) {
		if (!is_worth_waiting(s, error)) {
			fail(s, error, why);
			return false;
		}
		if (!wait_for_better(s, error, why))
			return false;
		error = try_send(s, batch, why);
	}
	note_well(s);
	return true;
}

/* Hands the batch back and waits for the next one; NULL at the end. */
static struct batch *next_batch(struct sender *s, struct batch *done)
{
	struct batch *next;

	pthread_mutex_lock(&s->lock);
	if (done) {
		s->done = done;
		announce(s);
	}
	while (!s->given && !s->stopping)
		pthread_cond_wait(&s->changed, &s->lock);
	next = s->stopping ? NULL : s->given;
	s->given = NULL;
	pthread_mutex_unlock(&s->lock);
	return next;
}

static void *run(void *argument)
{
	struct sender *s = argument;
	struct batch *batch = NULL;

	pthread_setname_np(pthread_self(), "sender");
	mysql_thread_init();
	while (deliver(s, batch) && (batch = next_batch(s, batch)))
		;
	session_close(s->session);
	mysql_thread_end();
	pthread_mutex_lock(&s->lock);
	s->ended = true;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

int sender_start(struct sender **sender, const struct options *options)
{
	struct sender *s = calloc(1, sizeof *s);
	pthread_condattr_t attributes;
	int error;

	if (!s)
		return -ENOMEM;
	s->options = options;
	s->descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->descriptor < 0) {
		error = -errno;
		free(s);
		return error;
	}
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&s->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	error = pthread_create(&s->thread, NULL, run, s);
	if (error != 0) {
		sender_free(s);
		return -error;
	}
	*sender = s;
	return 0;
}

bool sender_stop(struct sender *s)
{
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);
	if (!wait_flag(s, &s->ended, STOP_PATIENCE))
		return false;
	pthread_join(s->thread, NULL);
	return true;
}

void sender_free(struct sender *s)
{
	if (!s)
		return;
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->lock);
	close(s->descriptor);
	free(s);
}
