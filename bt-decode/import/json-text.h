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
 * Bytes of an object; keys and lists in it; elements of its lists. Together
 * they bound the memory. A dump of bluetti-readall with all of its 20,000
 * registers has 100,000 bytes and 2,000 blocks, one of bluetti-cell-voltage as
 * many, and 20,000 elements.
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
	/* Where it begins. */
	const char *file;
	unsigned long number;
};

/* How many bytes of the text belong to the object: all, or up to the bracket
 * that closes it. What is between the brackets is for the JSON parser. */
size_t json_text_scan(
	struct json_text *object, const char *text, size_t length);

/* Adds them; 0 or -ENOMEM. */
int json_text_append(struct json_text *object, const char *text, size_t length);

/* Empties it; its memory and its place stay. */
void json_text_clear(struct json_text *object);

#endif
