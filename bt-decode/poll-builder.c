/* Frame lines collected into polls, a station at a time. */
#include "poll-builder.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "poll-identity.h"

/* The maximum number of stations in a stream. A new one replaces the one heard
 * longest ago. */
#define STATIONS_MAX 256

struct station {
	char address[FRAME_LINE_STRING_MAX + 1];
	char name[FRAME_LINE_STRING_MAX + 1];
	int64_t last_time;	  /* of its poll before, -1: none */
	struct identity identity; /* by its registers, if known */
	bool is_renamed;	  /* since its poll before */
	struct poll *open;	  /* NULL: no line since the last poll */
	struct station *next;	  /* heard less lately */
};

struct poll_builder {
	struct station *stations; /* the one heard last is first */
	size_t station_count;
	size_t exchange_count, word_count; /* of all open polls */
	struct poll *done, **done_end;
};

/* --- stations ------------------------------------------------------------ */

static bool is_station(const struct station *s, const struct frame_line *line)
{
	return line->address[0]
		? strcmp(s->address, line->address) == 0
		: s->address[0] == '\0' && strcmp(s->name, line->name) == 0;
}

static void set_done(struct poll_builder *polls, struct poll *poll)
{
	*polls->done_end = poll;
	polls->done_end = &poll->next;
}

/*
 * Logs with whole seconds have the same time for several polls in a second;
 * these get the milliseconds 0, 1, 2 … in their order.
 */
static int64_t distinct_time(const struct station *s, int64_t time)
{
	if (time < 0 || time % 1000 != 0 || s->last_time / 1000 != time / 1000)
		return time;
	return s->last_time + 1;
}

/* A poll without an identity has that of the station's earlier polls. Without
 * name and address, the next poll may be of another station. */
static void identify(struct station *s, struct poll *poll)
{
	struct identity before = s->identity;

	poll_identify(&poll->identity, poll);
	identity_update(&s->identity, &poll->identity);
	poll->identity = s->identity;
	poll->is_identity_new =
		s->is_renamed || !identity_is_same(&s->identity, &before);
	s->is_renamed = false;
	if (!s->address[0] && !s->name[0])
		s->identity = (struct identity){ .serial = 0 };
}

/* An empty poll is left when there was no memory for its first line. */
static int64_t first_time(const struct poll *poll)
{
	return poll->count > 0 ? poll->exchanges[0].time : -1;
}

/* Completes the station's poll, with the time of its first line unless an "end"
 * line has another. */
static void close_poll(
	struct poll_builder *polls, struct station *s, int64_t start)
{
	struct poll *poll = s->open;

	if (!poll)
		return;
	poll->time = start >= 0 ? start : distinct_time(s, first_time(poll));
	s->last_time = poll->time;
	identify(s, poll);
	s->open = NULL;
	polls->exchange_count -= poll->count;
	polls->word_count -= poll->word_count;
	set_done(polls, poll);
}

/* Another name at the same address is another station. */
static void rename_station(
	struct poll_builder *polls, struct station *s, const char *name)
{
	if (s->name[0]) {
		close_poll(polls, s, -1);
		s->identity = (struct identity){ .serial = 0 };
	}
	snprintf(s->name, sizeof s->name, "%s", name);
	s->is_renamed = true;
}

static void forget_last(struct poll_builder *polls)
{
	struct station **last = &polls->stations;

	while ((*last)->next)
		last = &(*last)->next;
	close_poll(polls, *last, -1);
	free(*last);
	*last = NULL;
	polls->station_count--;
}

/* The station of a line, first in the list from now on. */
static struct station *find_station(
	struct poll_builder *polls, const struct frame_line *line)
{
	struct station **link = &polls->stations;
	struct station *s;

	while (*link && !is_station(*link, line))
		link = &(*link)->next;
	s = *link;
	if (s) {
		*link = s->next;
	} else {
		s = calloc(1, sizeof *s);
		if (!s)
			return NULL;
		memcpy(s->address, line->address, sizeof s->address);
		s->last_time = -1;
		if (polls->station_count++ == STATIONS_MAX)
			forget_last(polls);
	}
	if (line->name[0] && strcmp(s->name, line->name) != 0)
		rename_station(polls, s, line->name);
	s->next = polls->stations;
	polls->stations = s;
	return s;
}

static struct poll *open_poll(struct station *s)
{
	if (!s->open)
		s->open = calloc(1, sizeof *s->open);
	return s->open;
}

/* --- lines --------------------------------------------------------------- */

static bool is_full(const struct poll_builder *polls)
{
	return polls->exchange_count == POLL_EXCHANGES ||
		polls->word_count > POLL_WORDS - EXCHANGE_WORDS;
}

/* The station with an open poll that was heard longest ago. */
static struct station *last_open(const struct poll_builder *polls)
{
	struct station *last = NULL;

	for (struct station *s = polls->stations; s; s = s->next)
		if (s->open)
			last = s;
	return last;
}

/* Closes polls until there is room for one more exchange. */
static void make_room(struct poll_builder *polls)
{
	struct station *last;

	while (is_full(polls) && (last = last_open(polls)))
		close_poll(polls, last, -1);
}

static int append(struct poll_builder *polls, struct poll *poll,
	const struct exchange *e, const uint16_t *words)
{
	if (!poll || poll_append(poll, e, words) < 0)
		return -ENOMEM;
	polls->exchange_count++;
	polls->word_count += e->word_count;
	return 0;
}

static int add_exchange(struct poll_builder *polls, struct station *s,
	const struct frame_line *line)
{
	uint16_t words[EXCHANGE_WORDS];
	struct exchange e;

	exchange_read(&e, words, line);
	if (s->open)
		poll_record_selection(s->open, &e);
	if (s->open && poll_has_read(s->open, &e))
		close_poll(polls, s, -1);
	make_room(polls);
	if (!s->open)
		e.selection = (struct selection){ .is_made = false };
	if (append(polls, open_poll(s), &e, words) < 0)
		return -ENOMEM;
	memcpy(s->open->address, s->address, sizeof s->address);
	memcpy(s->open->name, s->name, sizeof s->name);
	return 0;
}

/* Moves the first n exchanges of the open poll to a poll of their own, which is
 * then complete. */
static int split_off(struct poll_builder *polls, struct station *s, size_t n)
{
	struct poll *first = s->open;
	struct poll *rest = calloc(1, sizeof *rest);

	if (!rest)
		return -ENOMEM;
	memcpy(rest->address, first->address, sizeof rest->address);
	memcpy(rest->name, first->name, sizeof rest->name);
	for (size_t i = n; i < first->count; i++) {
		const struct exchange *e = &first->exchanges[i];

		if (poll_append(rest, e, first->words + e->first_word) < 0) {
			poll_free(rest);
			return -ENOMEM;
		}
	}
	poll_truncate(first, n);
	close_poll(polls, s, -1);
	s->open = rest->count ? rest : NULL;
	if (!s->open)
		poll_free(rest);
	return 0;
}

/*
 * The number of exchanges of the open poll that belong to an earlier, truncated
 * poll, in a log of two runs: those before the poll that began at START. A poll
 * begins with the line whose TIME is START. If that line is missing, leading
 * lines before START are old; only leading ones, since the clock may have been
 * set back.
 */
static size_t count_older(const struct poll *poll, int64_t start)
{
	size_t n = 0;

	for (size_t i = 0; i < poll->count; i++)
		if (poll->exchanges[i].time == start)
			return i;
	while (n < poll->count && poll->exchanges[n].time >= 0 &&
		poll->exchanges[n].time < start)
		n++;
	return n;
}

static int add_end(struct poll_builder *polls, struct station *s, int64_t start)
{
	size_t older;

	if (!s->open)
		return 0;
	older = start >= 0 ? count_older(s->open, start) : 0;
	if (older > 0 && split_off(polls, s, older) < 0)
		return -ENOMEM;
	close_poll(polls, s, start);
	return 0;
}

int poll_builder_add(struct poll_builder *polls, const struct frame_line *line)
{
	struct station *s = find_station(polls, line);

	if (!s)
		return -ENOMEM;
	switch (line->kind) {
	case FRAME_LINE_EXCHANGE:
		return add_exchange(polls, s, line);
	case FRAME_LINE_END:
		return add_end(polls, s, line->start);
	}
	return 0;
}

struct poll_builder *poll_builder_new(void)
{
	struct poll_builder *polls = calloc(1, sizeof *polls);

	if (polls)
		polls->done_end = &polls->done;
	return polls;
}

void poll_builder_finish(struct poll_builder *polls)
{
	while (polls->stations)
		forget_last(polls);
}

struct poll *poll_builder_first(const struct poll_builder *polls)
{
	return polls->done;
}

void poll_builder_drop(struct poll_builder *polls)
{
	struct poll *poll = polls->done;

	polls->done = poll->next;
	if (!polls->done)
		polls->done_end = &polls->done;
	poll_free(poll);
}

void poll_builder_free(struct poll_builder *polls)
{
	if (!polls)
		return;
	poll_builder_finish(polls);
	while (polls->done)
		poll_builder_drop(polls);
	free(polls);
}
