/* The table device: numbers of stations, and what is known of them. */
#ifndef BT_DB_INSERT_DEVICE_H
#define BT_DB_INSERT_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mysql.h>

#include "record.h"

/*
 * Stations by name. Their numbers are remembered; what records say of them is
 * gathered until it is stored.
 */
struct devices;

/* NULL if there is no memory. The handle must outlive it. */
struct devices *devices_new(MYSQL *handle);
void devices_free(struct devices *devices);

/* What went wrong last, for people. */
const char *devices_why(const struct devices *devices);

/* Takes in what a record, which must live until it is stored or forgotten,
 * says of its station. 0 or -ENOMEM. */
int devices_note(struct devices *devices, const struct record *record);

/*
 * Stores what was noted, in the open transaction: a row for each station;
 * first_seen and last_seen from the records' own times; model, address and
 * serial number of the newest record. Returns 0 or an error of login_error().
 */
int devices_store(struct devices *devices);

/* The number of a record's station, after devices_store(). */
uint32_t devices_number(
	const struct devices *devices, const struct record *record);

/* Whether there may be no room for so many stations more. */
bool devices_are_many(const struct devices *devices, size_t more);

/* Forgets everything: after a rollback the numbers may be wrong. */
void devices_forget(struct devices *devices);

#endif
