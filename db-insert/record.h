/* One line of JSON as a record: see bt-records(5). */
#ifndef BT_DB_INSERT_RECORD_H
#define BT_DB_INSERT_RECORD_H

#include "base/failure.h"
#include "flat.h"
#include "tree.h"

/* Bytes of a line. A poll of every known register takes a tenth of it. */
#define RECORD_MAX 262144

/* Characters that the columns of device hold. */
#define RECORD_NAME_MAX 255
#define RECORD_MODEL_MAX 64

/* Which row a record belongs to, and which station. */
struct identity {
	int64_t time;	    /* milliseconds since 1970, UTC */
	int pack;	    /* number of the battery pack, 0 for the station */
	struct text device; /* the name, the address if there is none */
	/* Without bytes or -1: the record has none, or none that fits its
	 * column, which is then a field like any other. */
	struct text model;
	struct text address;
	bool is_bluetooth; /* the address is 00:11:22:33:44:55 */
	int64_t serial_number;
};

/* Large, since it holds what one line may have at most. All zeros: empty. */
struct record {
	struct identity identity;
	size_t count;
	json_t *tree; /* the texts lie in it; NULL: in the line */
	struct field fields[TREE_NODES];
	struct flat_keys keys;
};

/* How a line is read: RECORD_TREE by jansson in any case. */
enum record_reader { RECORD_ANY, RECORD_TREE };

/*
 * Reads a line of length bytes, behind which there is a zero, and which must
 * live as long as the record is used. Returns 0, or -BT_ERECORD with the reason
 * in *failure, or -ENOMEM. What was read before is released.
 */
int record_read(struct record *record, enum record_reader reader,
	const char *line, size_t length, struct failure *failure);

void record_release(struct record *record);

/* Whether it is an address of Bluetooth, 00:11:22:33:44:55. */
bool record_is_bluetooth(struct text address);

/* Characters (not bytes) of a text in UTF-8. */
size_t record_characters(struct text text);

#endif
