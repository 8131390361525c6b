/* The command line of bt-discover. */
#ifndef BT_DISCOVER_DISCOVER_OPTIONS_H
#define BT_DISCOVER_DISCOVER_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "ble/address.h"
#include "cli/command-line.h"
#include "model/directory.h"
#include "station/station.h"

/* Strings are those of argv. */
struct options {
	uint16_t first, last; /* registers */
	uint8_t unit_id;      /* of MODBUS */
	bool quick;	      /* the coarse passes only */
	bool secrets;	      /* passwords too */
	bool any_clock;	      /* do not wait for it */
	const char *resume;   /* output of an earlier run; NULL: none */
	int64_t timeout;      /* ms without a good answer that end it */
	enum station_security security;
	struct secure_keys keys;
	const char *directory; /* of maps; NULL: the default one */
	int adapter;	       /* 3 is hci3; ADAPTER_ANY */
	struct address address;
	const struct maps *maps; /* set by main() when they are loaded */
};

extern const struct command_line command_line;

/* Sets the defaults. */
void options_init(struct options *options);

#endif
