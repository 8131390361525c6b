/* Shared by the readers of logs: import.c and one file a format. */
#ifndef BT_DECODE_IMPORT_FORMAT_H
#define BT_DECODE_IMPORT_FORMAT_H

#include "ble/address.h"
#include "conversation.h"
#include "import.h"
#include "notes.h"

/* The maximum number of connections in one capture. */
#define CONVERSATIONS 32

/* Bytes of a connection's number, a blank, and an address. */
#define KEY_TEXT (12 + 1 + ADDRESS_TEXT)

/* A line yields at most two exchanges: one that it closes, and its own. */
#define READY 2

struct import {
	struct local_time *local;
	struct notes notes;
	struct conversation log; /* of a log of one station */
	char station[32];	 /* its name in the log; empty: none */
	struct conversation captured[CONVERSATIONS];
	char keys[CONVERSATIONS][KEY_TEXT]; /* connection and address */
	size_t next_captured;		    /* to be given up */
	/* The line. */
	const char *file;
	unsigned long number;
	/* Hexadecimal digits and blanks that are left of it, of log. */
	const char *digits;
	size_t digits_length;
	struct frame_line ready[READY];
	size_t ready_first, ready_count;
	bool is_log; /* there was a line of a log */
	bool at_end;
};

struct import_format {
	/* Whether a line is of this format. */
	bool (*fits)(const char *text, size_t length);
	/* Takes such a line. */
	void (*take)(struct import *import, const char *text, size_t length);
};

extern const struct import_format hass_log, serial_log, hex_text, tshark_fields;

/* Adds a note for the line. */
void import_note(struct import *import, enum note note);

/* Call the functions of conversation.h and store the results in the import. */
void import_ask(struct import *import, struct conversation *c,
	const uint8_t *request, size_t length);
void import_data(struct import *import, struct conversation *c,
	const uint8_t *data, size_t length);
void import_echo(struct import *import, struct conversation *c);
void import_close(
	struct import *import, struct conversation *c, const char *word);
bool import_byte(struct import *import, struct conversation *c, uint8_t byte);

/* The bytes of the log's next frames, in hexadecimal with blanks. */
void import_hex(struct import *import, const char *text, size_t length);

/* Decodes up to size bytes of such a text; *is_all: these are all. */
size_t hex_text_bytes(uint8_t *bytes, size_t size, bool *is_all,
	const char *text, size_t length);

/* True and the rest of the text if it begins with the prefix. */
bool skip_text(const char **text, size_t *length, const char *beginning);

#endif
