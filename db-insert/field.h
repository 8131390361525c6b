/* The fields of a record, typed as JSON types them. */
#ifndef BT_DB_INSERT_FIELD_H
#define BT_DB_INSERT_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <jansson.h>

/* Bytes that are not zero-terminated; bytes is NULL where there is no text. */
struct text {
	const char *bytes;
	size_t length;
};

enum field_kind {
	FIELD_NULL,
	FIELD_BOOLEAN,
	FIELD_INTEGER,
	FIELD_REAL,
	FIELD_TEXT,
	FIELD_LIST,
	FIELD_OBJECT,
};

struct field {
	struct text key;
	enum field_kind kind;
	bool is_identity; /* it says which row the record belongs to */
	union {
		bool boolean;
		int64_t integer;
		double real;
		/* FIELD_TEXT; and of a FIELD_LIST that flat_read() took its
		 * JSON, as jansson would write it. */
		struct text text;
	};
	json_t *value; /* borrowed from the tree; NULL: from flat_read() */
};

static inline bool text_is_same(struct text a, struct text b)
{
	return a.length == b.length &&
		(a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

static inline bool text_equals(struct text text, const char *other)
{
	return text_is_same(text, (struct text){ other, strlen(other) });
}

#endif
