/* The command line of bt-decode. */
#ifndef BT_DECODE_DECODE_OPTIONS_H
#define BT_DECODE_DECODE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "ble/address.h"
#include "cli/command-line.h"
#include "record-text.h"

enum format {
	FORMAT_JSON,
	FORMAT_TEXT,
	FORMAT_CSV,
};

/* All strings are those of argv. */
struct options {
	const char *model;	    /* NULL: by name or type of the station */
	const char *name;	    /* where a line has none; NULL: none */
	char address[ADDRESS_TEXT]; /* the same; empty: none */
	int64_t time;		    /* the same; -1: none */
	bool has_utc_offset;	    /* is given: */
	int64_t utc_offset;	    /* of local times, east of UTC, ms */
	const char *maps;	    /* directory; NULL: the default one */
	const char *fields;	    /* model to list; NULL: none */
	bool models;		    /* list the maps */
	bool check_map;		    /* the files are maps to be checked */
	enum format format;	    /* of records */
	struct columns columns;	    /* of FORMAT_CSV; none: not given */
	bool frames;		    /* write lines, and decode nothing */
	bool changes;		    /* write changed registers */
	int steady;		    /* reads; 0: not given */
	bool redact;		    /* mask, and decode nothing */
	bool secrets;		    /* decode secret fields too */
	bool registers;		    /* write those that no field has too */
	bool strict;
	char **files; /* ends with NULL */
};

extern const struct command_line command_line;

/* Sets the defaults. */
void options_init(struct options *options);

#endif
