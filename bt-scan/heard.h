/*
 * Who was heard, and of whom there is something to tell. An advertiser's
 * reports are put together by its address; a station is told of when its name
 * and its manufacturer data are complete, or a second after it was heard
 * first. Times are those of clock_monotonic().
 */
#ifndef BT_SCAN_HEARD_H
#define BT_SCAN_HEARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advert-report.h"
#include "advert.h"
#include "model/maps.h"

struct advertiser {
	struct address address; /* ADDRESS_BLE */
	int rssi;		/* of the last report; REPORT_NO_RSSI */
	struct advert advert;
	const struct map *map; /* that its name fits, NULL: none */
	bool is_station;

	/* For heard.c: */
	int64_t last; /* when it was heard */
	int64_t due;  /* to be told of; NOT_DUE */
	bool is_told; /* once already, with */
	char told_name[ADVERT_NAME + 1];
	enum advert_security told_security;
};

/* What is to be told of. */
struct heard_wanted {
	bool all;     /* others than stations too */
	bool changes; /* another name or encryption than was told */
};

struct heard;

/* The maps are the caller's and live longer. 0 or -ENOMEM. */
int heard_new(struct heard **heard, const struct maps *maps,
	const struct heard_wanted *wanted);
void heard_free(struct heard *heard);

/* Takes a report. If there are very many advertisers the one that was not
 * heard for the longest time is forgotten. */
void heard_add(struct heard *heard, const struct report *report, int64_t now);

/* When there is somebody to tell of, INT64_MAX if nobody. */
int64_t heard_due(const struct heard *heard);

/* Somebody that is to be told of, and from now on is; with HEARD_END one that
 * is not complete, too. NULL: nobody. Good until the next call of heard_add().
 */
#define HEARD_END (INT64_MAX - 1)
const struct advertiser *heard_next(struct heard *heard, int64_t now);

/* How many stations were told of. */
unsigned long heard_stations(const struct heard *heard);

#endif
