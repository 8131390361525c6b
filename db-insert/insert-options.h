/* The command line of db-insert. */
#ifndef BT_DB_INSERT_INSERT_OPTIONS_H
#define BT_DB_INSERT_INSERT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/command-line.h"
#include "login.h"

struct options {
	struct login login;   /* of the option files and the command line */
	const char *spool;    /* NULL: the usual place */
	uint64_t spool_limit; /* bytes */
	bool drain;
	bool replace;
	int64_t timeout; /* milliseconds; 0: wait for ever */
	char **files;	 /* of argv, ends with NULL */
	/* Of the command line, until it is read: */
	struct login given;
	const char *defaults_file, *extra_file;
	bool has_no_defaults;
	bool asks; /* for the password */
};

/* A password in argv is wiped there. A bad option file is -BT_ESETUP; a
 * password that cannot be asked for is what password_ask() returns. */
extern const struct command_line command_line;

/* Sets the defaults. */
void options_init(struct options *options);

/* Wipes the passwords. */
void options_release(struct options *options);

#endif
