/*
 * What has been said of a station since all was well with it: who tries again
 * and again tells each trouble once.
 */
#ifndef BT_STATION_REPORTED_ERRORS_H
#define BT_STATION_REPORTED_ERRORS_H

#include <stdbool.h>

/* Different errors that are told; more of them are not. */
#define REPORTED_ERRORS_MAX 8

struct reported_errors {
	int said[REPORTED_ERRORS_MAX];
	unsigned count; /* of them; 0: all is well */
};

/* Notes an error, which is negative. True if it is news and has to be told. */
bool reported_errors_add(struct reported_errors *trouble, int error);

/* All is well again. True if there was trouble, so that this has to be told. */
bool reported_errors_clear(struct reported_errors *trouble);

/*
 * The exit status of who gives up. A station that answers, but not as a power
 * station does (EX_PROTOCOL), is told apart from one that is not there
 * (EX_UNAVAILABLE).
 */
int reported_errors_status(const struct reported_errors *trouble);

#endif
