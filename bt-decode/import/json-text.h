/*
 * The text of a JSON object, which may take several lines: where it ends, and
 * whether it is small enough to be read.
 */
#ifndef BT_DECODE_IMPORT_JSON_TEXT_H
#define BT_DECODE_IMPORT_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Limits of an object: bytes; keys and lists; elements of lists. They bound the
 * memory. A dump of bluetti-readall with all of its 20,000 registers has
 * 100,000 bytes and 2,000 blocks, one of bluetti-cell-voltage as many, and
 * 20,000 elements.
 */
#define JSON_TEXT_MAX 262144
#define JSON_TEXT_VALUES 4096
#define JSON_TEXT_ELEMENTS 32768

struct json_text {
	char *text;
	size_t length, room;
	int depth; /* of brackets; above 0: it goes on */
	int values, elements;
	bool in_string, escaped;
	uint64_t lists; /* for each open bracket a bit: it is that of a list */
	/* Position of its start. */
	const char *file;
	unsigned long number;
};

/* The number of bytes of the text that belong to the object: all, or up to its
 * closing bracket. The JSON parser checks the contents. */
size_t json_text_scan(
	struct json_text *object, const char *text, size_t length);

/* Adds them; 0 or -ENOMEM. */
int json_text_append(struct json_text *object, const char *text, size_t length);

/* Empties it; its memory and its place stay. */
void json_text_clear(struct json_text *object);

#endif
