/* The command line of bt-scan. */
#ifndef BT_SCAN_SCAN_OPTIONS_H
#define BT_SCAN_SCAN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/command-line.h"

struct options {
	int64_t time; /* ms to listen; 0: without end */
	int adapter;  /* 3 is hci3; -1: any */
	bool all;     /* others than stations too */
	bool json;
	bool watch;	  /* report changes */
	const char *maps; /* directory, of argv; NULL: the default one */
};

extern const struct command_line command_line;

/* Sets the defaults. */
void options_init(struct options *options);

#endif
