/*
 * Records for people and for other programs: bt-decode(1), --format. They are
 * made of the JSON that was written, so a value looks the same in all formats.
 */
#ifndef BT_DECODE_RECORD_TEXT_H
#define BT_DECODE_RECORD_TEXT_H

#include "base/failure.h"
#include "model/map.h"
#include "text.h"

/* Names in --columns. */
#define COLUMNS_MAX 256

/* Columns of CSV, in order. */
struct columns {
	size_t count;
	const char *names[COLUMNS_MAX]; /* of lengths, not terminated */
	size_t lengths[COLUMNS_MAX];
};

/* Splits "time,name,…", which must outlive them. 0 or the code of *failure. */
int columns_read(
	struct columns *columns, const char *list, struct failure *failure);

/* Adds the line with the names of the columns. */
void columns_print_header(struct text *text, const struct columns *columns);

/* Adds the records, lines of JSON, as lines of CSV (RFC 4180, but with LF). */
void records_print_csv(struct text *text, const struct columns *columns,
	const char *records, size_t length);

/* Adds them as lines of a name, its value and its unit, with an empty line
 * behind each record. map is the station's; NULL: it has none. */
void records_print_text(struct text *text, const struct map *map,
	const char *records, size_t length);

#endif
