/*
 * Dumps: an object with blocks of all registers of a station, without frames.
 * They become reads of unit 1 with their answers.
 *
 * The reader of a tool's dumps sets the members and then calls dump_open().
 */
#ifndef BT_DECODE_IMPORT_DUMP_H
#define BT_DECODE_IMPORT_DUMP_H

#include <stdbool.h>

#include "ble/address.h"
#include "modbus/frame-line.h"
#include "object.h"

/* Bytes of the registers in a block. */
#define DUMP_BYTES (2 * MODBUS_READ_MAX)

struct dump {
	char address[ADDRESS_TEXT]; /* empty: unknown */
	int64_t time;		    /* ms; -1: unknown */
	const char *key;	    /* of the blocks */
	/* Decodes the bytes of a block with this key and value. Returns their
	 * number, which is even, or the code of the failure. */
	int (*read_bytes)(const struct dump *dump, uint8_t bytes[DUMP_BYTES],
		const char *key, const json_t *value, struct failure *failure);
	/* dump.c alone */
	json_t *registers;
	void *block; /* iterator, NULL behind the last */
};

/* The object must live as long as the dump, which needs no release. Returns 0,
 * or -BT_EOBJECT with the reason in *failure. */
int dump_open(struct dump *dump, const json_t *object, struct failure *failure);

/* The block has more registers than a read can have. */
int dump_refuse_count(
	const struct dump *dump, const char *key, struct failure *failure);

/*
 * Puts the next blocks into *line, as one read with its answer; time and
 * address stay unchanged. Returns 1; 0 if there are no more; -BT_EOBJECT with
 * the reason in *failure if a block is invalid; the next call continues after
 * it.
 */
int dump_next(
	struct dump *dump, struct frame_line *line, struct failure *failure);

#endif
