/*
 * The rows of the table device, as a transaction sees them: a row for each
 * identity. device_table_load(), device_table_add() for each new one,
 * device_table_join() to store which of them are of one device.
 */
#ifndef BT_DB_INSERT_DEVICE_TABLE_H
#define BT_DB_INSERT_DEVICE_TABLE_H

#include <mysql.h>

#include "base/failure.h"
#include "history.h"
#include "row.h"

/* Milliseconds that a record may be in the future. */
#define DEVICE_FUTURE INT64_C(86400000)

/* An integer with its sign and terminating zero. */
#define DEVICE_NUMBER 24

/* Texts are in its memory, or the caller's. */
struct device_row {
	struct text name, serial_number, address; /* of the device */
	uint32_t part_of;			  /* 0: not known yet */
	char last[CLOCK_TEXT + 1]; /* seen, as MariaDB writes it */
	char *memory;
	char kept_from[CLOCK_TEXT + 1]; /* the same; or empty */
};

struct device_table {
	MYSQL *handle;
	MYSQL_STMT *statement; /* for any */
	size_t count, room;
	struct device_row *rows;
	struct history_identity *identities; /* of the same */
	struct text limit;		     /* beyond is the future */
	char limit_text[CLOCK_TEXT + 1];
};

/* Reads the table; room more can be added. To be released even after a failure:
 * an error of server_error(), -ENOMEM. */
int device_table_load(struct device_table *table, MYSQL *handle, size_t room,
	int64_t now, struct failure *failure);
void device_table_release(struct device_table *table);

/* The number of the row of an identity, count if there is none. */
size_t device_table_find(
	const struct device_table *table, const struct history_identity *entry);

/* The row that an identity shares, if there is no row of its own. Without a
 * serial number: that of its address (or name without one) that was seen last;
 * with one: one that has none yet. count if there is none. */
size_t device_table_find_sibling(
	const struct device_table *table, const struct history_identity *entry);

/* Adds what the database has got, and returns its number. */
size_t device_table_add(struct device_table *table, uint32_t id,
	struct text identity, struct text name, const char *last);

/* What the newest record calls the device of the row; without bytes: nothing.
 */
void device_table_name(
	struct device_table *table, size_t row, struct text name);

/* Finds out which identities are of one device, and stores what has changed. 0
 * or an error of server_error(). */
int device_table_join(struct device_table *table, struct failure *failure);

struct text device_format_number(char text[DEVICE_NUMBER], int64_t number);

#endif
