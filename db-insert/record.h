/* One line of JSON as a record: see bt-records(5). */
#ifndef BT_DB_INSERT_RECORD_H
#define BT_DB_INSERT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/* Bytes of a line. A poll of every known register takes a tenth of it. */
#define RECORD_MAX 262144

/* Characters that the columns of device hold. */
#define RECORD_NAME_MAX 255
#define RECORD_MODEL_MAX 64

/* A reason for refusing a record, with its terminating zero. */
#define RECORD_WHY 200

struct record {
	json_t *object;	    /* the texts below lie in it */
	int64_t time;	    /* milliseconds since 1970, UTC */
	int pack;	    /* number of the battery pack, 0 for the station */
	const char *device; /* the name, the address if there is none */
	/* NULL or -1: the record has none, or none that fits its column, which
	 * is then a field like any other. */
	const char *model;
	const char *address;
	int64_t serial_number;
};

/*
 * Reads one line. The object's keys are unique, its texts UTF-8 without NUL,
 * its numbers finite, its values nested RECORD_DEPTH deep at most. Returns 0,
 * or -BT_ERECORD with the reason in why, or -ENOMEM; *record is untouched
 * then.
 */
int record_read(struct record *record, const char *line, size_t length,
	char why[RECORD_WHY]);

/*
 * Whether the key says which row a record belongs to, rather than being one
 * of its fields.
 */
bool record_is_key(const struct record *record, const char *key);

/* Characters (not bytes) of a text in UTF-8. */
size_t record_characters(const char *text);

#endif
