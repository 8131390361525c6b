/*
 * The advertisers heard so far. Their data are assembled by address; a station
 * is due for a report when its name and its manufacturer data are complete, or
 * a second after it was first heard. Times are those of clock_monotonic().
 */
#ifndef BT_SCAN_ADVERTISERS_H
#define BT_SCAN_ADVERTISERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advert-report.h"
#include "advert.h"
#include "model/directory.h"

struct advertiser {
	struct address address; /* ADDRESS_BLE */
	int rssi;		/* of the last report; REPORT_NO_RSSI */
	struct advert advert;
	const struct map *map; /* that its name fits, NULL: none */
	bool is_station;

	/* For advertisers.c: */
	int64_t last_heard;
	int64_t due;	  /* when to report it; NOT_DUE */
	bool is_reported; /* with this name and encryption */
	char reported_name[ADVERT_NAME + 1];
	enum advert_security reported_security;
};

/* The reported data. */
struct advertisers_wanted {
	bool all;     /* others than stations too */
	bool changes; /* of a name or encryption that was reported */
};

struct advertisers;

/* The maps are the caller's and live longer. 0 or -ENOMEM. */
int advertisers_new(struct advertisers **advertisers, const struct maps *maps,
	const struct advertisers_wanted *wanted);
void advertisers_free(struct advertisers *advertisers);

/* Adds a received report. If there are too many advertisers, it replaces the
 * one heard longest ago. */
void advertisers_add(struct advertisers *advertisers,
	const struct report *report, int64_t now);

/* When the next advertiser is due, INT64_MAX if none is. */
int64_t advertisers_due(const struct advertisers *advertisers);

/* The next advertiser that is due; marks it reported. With ADVERTISERS_END,
 * incomplete ones are due too. NULL: none. Valid until the next
 * advertisers_add(). */
#define ADVERTISERS_END (INT64_MAX - 1)
const struct advertiser *advertisers_next(
	struct advertisers *advertisers, int64_t now);

/* The number of stations reported. */
unsigned long advertisers_stations(const struct advertisers *advertisers);

#endif
