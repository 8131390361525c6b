/*
 * The state that the two halves of a station share: station.c opens the link,
 * station-exchange.c talks over it. For these files only.
 */
#ifndef BT_STATION_STATION_INTERNAL_H
#define BT_STATION_STATION_INTERNAL_H

#include "station/channel.h"
#include "station/earlier.h"
#include "station/station-exchange.h"
#include "station/station.h"

struct station {
	struct address address;
	enum address_type type; /* that worked; or ADDRESS_UNKNOWN */
	int cancel;
	struct channel channel;
	enum station_security security; /* what the caller wants */
	bool has_encrypted;		/* a session has been complete */
	bool is_encrypting;		/* it did so last time */
	bool can_encrypt;	/* it disconnected after a plain request */
	bool has_answered;	/* on this connection */
	bool is_unsure;		/* pieces of an answer may be on their way */
	int64_t ready;		/* when the next request may be sent */
	struct earlier earlier; /* on all connections */
	int64_t slowest;	/* ms that answers take; 0: none came yet */
	bool repeats;		/* something unexpected arrived */
	bool is_named;		/* on this connection */
	char name[STATION_NAME];
};

/* Records that the station has started a session, or has not in spite of the
 * wait. */
void station_record_session(struct station *station, bool has_begun);

#endif
