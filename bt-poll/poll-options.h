/* The command line of bt-poll; it applies to all stations. */
#ifndef BT_POLL_POLL_OPTIONS_H
#define BT_POLL_POLL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ble/address.h"
#include "cli/command-line.h"
#include "model/directory.h"
#include "station/station.h"

/* Strings are those of argv. */
struct options {
	int64_t interval;      /* ms from the start of a poll to the next */
	int64_t pack_interval; /* ms between rounds of the battery packs */
	int64_t silence;       /* ms without a good frame that end a link */
	int64_t timeout;       /* ms without a good answer; 0: wait for ever */
	unsigned long polls;   /* 0: without end */
	bool once;	       /* --once, which does not wait for ever */
	bool release;	       /* no link between polls */
	bool all;	       /* read every field of the map */
	bool secrets;	       /* passwords and names of networks too */
	enum station_security security;
	struct secure_keys keys;
	const char *model;	  /* NULL: by the station's name */
	const char *directory;	  /* of maps; NULL: the default one */
	struct map_block *blocks; /* given by hand */
	size_t block_count;
	bool any_clock; /* do not wait for it */
	int adapter;	/* 3 is hci3; ADAPTER_ANY */
	struct address *addresses;
	size_t address_count;
	/* Set by main() when the maps are loaded. */
	const struct maps *maps; /* NULL: reads are given by hand */
	const struct map *map;	 /* of the model; NULL: by the name */
};

extern const struct command_line command_line;

/* Sets the defaults. */
void options_init(struct options *options);

void options_release(struct options *options);

#endif
