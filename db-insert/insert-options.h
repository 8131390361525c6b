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
};

extern const char options_help[];

/*
 * Reads the command line and the option files, and asks for the password if
 * told to. A password in argv is wiped there. Returns an options_action, or
 * -EINVAL for bad usage, -BT_ESETUP for a bad option file, or what
 * password_ask() returns, with the reason in why (empty where getopt has said
 * it). options must be released in any case.
 */
int options_read(
	struct options *options, int argc, char **argv, char why[LOGIN_WHY]);

void options_release(struct options *options);

#endif
