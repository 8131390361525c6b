/* Reports each error once until the station recovers. */
#ifndef BT_STATION_REPORTED_ERRORS_H
#define BT_STATION_REPORTED_ERRORS_H

#include <stdbool.h>

/* The maximum number of different errors; later ones are not reported. */
#define REPORTED_ERRORS_MAX 8

struct reported_errors {
	int errors[REPORTED_ERRORS_MAX];
	unsigned count; /* of them; 0: all is well */
};

/* Adds an error, which is negative. True if it is new: report it. */
bool reported_errors_add(struct reported_errors *reported, int error);

/* Records a recovery. True if an error was reported: then report the recovery,
 * too. */
bool reported_errors_clear(struct reported_errors *reported);

/*
 * The exit status after giving up: EX_PROTOCOL for a device that answered, but
 * not as a power station; EX_UNAVAILABLE for one that did not answer.
 */
int reported_errors_status(const struct reported_errors *reported);

#endif
