/* Advertisers as lines: columns for people, tabs for a pipe, JSON. */
#ifndef BT_SCAN_PRINT_H
#define BT_SCAN_PRINT_H

#include <stdbool.h>
#include <stddef.h>

#include "advertisers.h"

enum print_form { PRINT_COLUMNS, PRINT_TABS, PRINT_JSON };

/* Room for the longest line: names are escaped, bytes have two digits. */
#define PRINT_MAX 4096

/* A line with its newline and a terminating zero; returns its length without
 * the zero. all: with everything else it sends, for --all. */
size_t print_line(char text[PRINT_MAX], const struct advertiser *advertiser,
	enum print_form form, bool all);

/* The line above the columns. */
size_t print_header(char text[PRINT_MAX], bool all);

#endif
