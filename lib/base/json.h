/*
 * Writes JSON (RFC 8259): one line, keys in the order in which they are added.
 * Numbers are made from integers, so that 5395 hundredths are 53.95 and never
 * 53.950000000000003.
 *
 * A zeroed struct json grows as it needs. One whose text and room are set, and
 * is_fixed, writes into the caller's memory and never beyond it.
 */
#ifndef BT_BASE_JSON_H
#define BT_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json {
	char *text; /* length bytes, without a terminating zero */
	size_t length, room;
	bool is_fixed;
	bool needs_comma; /* json.c alone */
	bool failed; /* no memory or no room: all that follows does nothing */
};

/* Empties the text and keeps its memory; frees the memory. */
void json_clear(struct json *json);
void json_release(struct json *json);

void json_begin(struct json *json, char bracket); /* '{' or '[' */
void json_end(struct json *json, char bracket);	  /* '}' or ']' */
void json_newline(struct json *json);

/* Adds a key, which needs no escapes; its value follows. */
void json_key(struct json *json, const char *key);

void json_number(struct json *json, int64_t value);
/* value / 10^decimals, which are 18 at most; zeros at the end are left off. */
void json_decimal(struct json *json, int64_t value, int decimals);
void json_bool(struct json *json, bool value);

/* Any bytes up to a zero; if they are not UTF-8 (RFC 3629), those from 0x80 on
 * are written %XX, as in a frame line. */
void json_text(struct json *json, const char *text);

#endif
