/* Advertisers by address, and when each is due to be reported. */
#include "advertisers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ADVERTISERS_MAX 1024
#define NOT_DUE INT64_MAX

/* ms. A scan response follows its advertisement within milliseconds; a lost one
 * comes with the next advertisement, and stations advertise several times a
 * second. */
#define COMPLETE_TIME 1000

struct advertisers {
	const struct maps *maps;
	struct advertisers_wanted wanted;
	unsigned long stations;
	struct advertiser *list;
	size_t count;
	size_t last_new; /* its slot */
};

int advertisers_new(struct advertisers **result, const struct maps *maps,
	const struct advertisers_wanted *wanted)
{
	struct advertisers *h = calloc(1, sizeof *h);
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

void advertisers_free(struct advertisers *h)
{
	if (!h)
		return;
	free(h->list);
	free(h);
}

/* A slot for a new advertiser, replacing the one heard longest ago. Among those
 * heard in the same ms, the one after the last replaced slot, so that new ones
 * do not always replace each other. */
static struct advertiser *make_room(struct advertisers *h)
{
	struct advertiser *oldest = NULL;

	if (h->count < ADVERTISERS_MAX)
		return &h->list[h->count++];
	for (size_t i = 1; i <= h->count; i++) {
		struct advertiser *a = &h->list[(h->last_new + i) % h->count];

		if (!oldest || a->last_heard < oldest->last_heard)
			oldest = a;
	}
	h->last_new = (size_t)(oldest - h->list);
	return oldest;
}

static struct advertiser *find(
	struct advertisers *h, const struct address *address)
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
	return strcmp(a->reported_name, a->advert.name) != 0 ||
		a->reported_security != advert_security(&a->advert);
}

static bool is_complete(const struct advertiser *a)
{
	return a->advert.is_whole && a->advert.company_count > 0;
}

/* Changes wait for a second too, so that no sender can cause a flood of lines.
 */
static void schedule(
	const struct advertisers *h, struct advertiser *a, int64_t now)
{
	if (!a->is_station && !h->wanted.all)
		return;
	if (a->is_reported && !(h->wanted.changes && is_changed(a)))
		a->due = NOT_DUE;
	else if (!a->is_reported && is_complete(a))
		a->due = now;
	else if (a->due == NOT_DUE)
		a->due = now + COMPLETE_TIME;
}

void advertisers_add(
	struct advertisers *h, const struct report *report, int64_t now)
{
	struct advertiser *a = find(h, &report->address);

	a->last_heard = now;
	a->rssi = report->rssi;
	advert_add(&a->advert, report->data, report->length);
	a->map = maps_by_name(h->maps, a->advert.name);
	a->is_station |= a->map || advert_is_station(&a->advert);
	schedule(h, a, now);
}

int64_t advertisers_due(const struct advertisers *h)
{
	int64_t due = NOT_DUE;

	for (size_t i = 0; i < h->count; i++)
		if (h->list[i].due < due)
			due = h->list[i].due;
	return due;
}

static void mark_reported(struct advertisers *h, struct advertiser *a)
{
	h->stations += a->is_station && !a->is_reported;
	a->due = NOT_DUE;
	a->is_reported = true;
	memcpy(a->reported_name, a->advert.name, sizeof a->reported_name);
	a->reported_security = advert_security(&a->advert);
}

const struct advertiser *advertisers_next(struct advertisers *h, int64_t now)
{
	for (size_t i = 0; i < h->count; i++) {
		struct advertiser *a = &h->list[i];

		if (a->due <= now) {
			mark_reported(h, a);
			return a;
		}
	}
	return NULL;
}

unsigned long advertisers_stations(const struct advertisers *h)
{
	return h->stations;
}
