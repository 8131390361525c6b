/* The way to listen that the user's rights and the kernel allow: discovery
 * through the management interface, else a raw scan. */
#ifndef BT_SCAN_SCANNER_H
#define BT_SCAN_SCANNER_H

#include <stdbool.h>
#include <stdint.h>

#include "advert-report.h"

#define SCANNER_ANY (-1)

struct scanner;

/*
 * All that needs rights: opens and binds sockets, of the adapter of that
 * number or SCANNER_ANY. The rights may be dropped then. *scanner is to be
 * closed whatever is returned, NULL is fine. Returns 0 or a negative errno,
 * see mgmt_open(), mgmt_choose() and hci_open().
 */
int scanner_open(struct scanner **scanner, int adapter, int cancel);

/* Picks the adapter, as mgmt_choose(). */
int scanner_begin(struct scanner *scanner, int cancel);

/* The number of the adapter, SCANNER_ANY if there is none. */
int scanner_adapter(const struct scanner *scanner);

/* As mgmt_next() and hci_next(). */
int scanner_next(struct scanner *scanner, struct report *report,
	int64_t deadline, int cancel);

/* Whether our own looking for devices has ever begun; whether another program
 * has it instead; the status that the system or the controller gave last. */
bool scanner_has_begun(const struct scanner *scanner);
bool scanner_is_shared(const struct scanner *scanner);
int scanner_status(const struct scanner *scanner);

/* Ends what was begun. */
void scanner_close(struct scanner *scanner);

#endif
