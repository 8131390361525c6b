/* Advertisers by address, and when to tell of them. */
#include "heard.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ADVERTISERS_MAX 1024
#define NOT_DUE INT64_MAX

/* ms. A scan response follows its advertisement within milliseconds; one that
 * is lost comes with the next, and stations advertise several times a
 * second. */
#define COMPLETE_TIME 1000

struct heard {
	const struct maps *maps;
	struct heard_wanted wanted;
	unsigned long stations;
	struct advertiser *list;
	size_t count;
};

int heard_new(struct heard **result, const struct maps *maps,
	const struct heard_wanted *wanted)
{
	struct heard *h = calloc(1, sizeof *h);
	struct advertiser *list = calloc(ADVERTISERS_MAX, sizeof *list);

	if (!h || !list) {
		free(h);
		free(list);
		return -ENOMEM;
	}
	h->maps = maps;
	h->wanted = *wanted;
	h->list = list;
	*result = h;
	return 0;
}

void heard_free(struct heard *h)
{
	if (!h)
		return;
	free(h->list);
	free(h);
}

/* The place of one that is new. */
static struct advertiser *make_room(struct heard *h)
{
	struct advertiser *oldest = h->list;

	if (h->count < ADVERTISERS_MAX)
		return &h->list[h->count++];
	for (size_t i = 1; i < h->count; i++)
		if (h->list[i].last < oldest->last)
			oldest = &h->list[i];
	return oldest;
}

static struct advertiser *find(struct heard *h, const struct address *address)
{
	struct advertiser *new;

	for (size_t i = 0; i < h->count; i++) {
		const struct address *a = &h->list[i].address;

		if (a->type == address->type &&
			memcmp(a->octets, address->octets, 6) == 0)
			return &h->list[i];
	}
	new = make_room(h);
	*new = (struct advertiser){ .address = *address, .due = NOT_DUE };
	return new;
}

static bool is_changed(const struct advertiser *a)
{
	return strcmp(a->told_name, a->advert.name) != 0 ||
		a->told_security != advert_security(&a->advert);
}

static bool is_complete(const struct advertiser *a)
{
	return a->advert.is_whole && a->advert.company_count > 0;
}

/* Changes have their second too, so that nobody can make one line after
 * another of them. */
static void schedule(const struct heard *h, struct advertiser *a, int64_t now)
{
	if (!a->is_station && !h->wanted.all)
		return;
	if (a->is_told && !(h->wanted.changes && is_changed(a)))
		a->due = NOT_DUE;
	else if (!a->is_told && is_complete(a))
		a->due = now;
	else if (a->due == NOT_DUE)
		a->due = now + COMPLETE_TIME;
}

void heard_add(struct heard *h, const struct report *report, int64_t now)
{
	struct advertiser *a = find(h, &report->address);

	a->last = now;
	a->rssi = report->rssi;
	advert_add(&a->advert, report->data, report->length);
	a->map = maps_by_name(h->maps, a->advert.name);
	a->is_station |= a->map || advert_is_station(&a->advert);
	schedule(h, a, now);
}

int64_t heard_due(const struct heard *h)
{
	int64_t due = NOT_DUE;

	for (size_t i = 0; i < h->count; i++)
		if (h->list[i].due < due)
			due = h->list[i].due;
	return due;
}

static void note_told(struct heard *h, struct advertiser *a)
{
	h->stations += a->is_station && !a->is_told;
	a->due = NOT_DUE;
	a->is_told = true;
	memcpy(a->told_name, a->advert.name, sizeof a->told_name);
	a->told_security = advert_security(&a->advert);
}

const struct advertiser *heard_next(struct heard *h, int64_t now)
{
	for (size_t i = 0; i < h->count; i++) {
		struct advertiser *a = &h->list[i];

		if (a->due <= now) {
			note_told(h, a);
			return a;
		}
	}
	return NULL;
}

unsigned long heard_stations(const struct heard *h)
{
	return h->stations;
}
