/*
 * What has been said of a station since all was well with it: who tries again
 * and again tells each trouble once.
 */
#ifndef BT_TROUBLE_H
#define BT_TROUBLE_H

#include <stdbool.h>

/* Different errors that are told; more of them are not. */
#define TROUBLE_MAX 8

struct trouble {
	int said[TROUBLE_MAX];
	unsigned count; /* of them; 0: all is well */
};

/* Notes an error, which is negative. True if it is news and has to be told. */
bool trouble_add(struct trouble *trouble, int error);

/* All is well again. True if there was trouble, so that this has to be told. */
bool trouble_end(struct trouble *trouble);

/*
 * The exit status of who gives up. A station that answers, but not as a power
 * station does (EX_PROTOCOL), is told apart from one that is not there
 * (EX_UNAVAILABLE).
 */
int trouble_status(const struct trouble *trouble);

#endif
