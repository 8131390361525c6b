/* Notifies a service manager, as sd_notify(3), that db-insert is ready and
 * alive. Does nothing without $NOTIFY_SOCKET. */
#ifndef BT_DB_INSERT_SERVICE_H
#define BT_DB_INSERT_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

/* All zero at first. */
struct service {
	bool is_ready;
	unsigned long lines; /* at the last check */
	int64_t due;	     /* of the next one */
};

/*
 * At each turn of the loop, once the first try to reach the database is over.
 * is_reading: the input is waited for, and then only an empty line is a sign of
 * life; lines: how many of them came.
 */
void service_attend(
	struct service *service, bool is_reading, unsigned long lines);

/* When it is to be called again at the latest. */
int64_t service_due(const struct service *service);

#endif
