/*
 * Words and numbers in the text of a map: what its readers, map-file.c,
 * map-read.c and map-field.c, share. Used by nothing else.
 */
#ifndef BT_MODEL_MAP_TEXT_H
#define BT_MODEL_MAP_TEXT_H

#include "model/map.h"

/* What separates words. */
#define MAP_BLANK " \t\r"

/* What is being read, and where in it. */
struct map_reader {
	struct map *map;
	struct map_error *error;
	struct map_source place; /* line 0: the file as a whole */
	bool is_included;	 /* the file is not the map's own */
};

/* Notes the place and the reason; returns -BT_EMAP. */
int map_fail(struct map_reader *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Cuts the next word off the line; NULL if there is none. */
char *map_next_word(char **line);

/* A decimal number of digits only, at most max; 0 or -BT_EMAP. */
int map_parse_number(uint32_t *number, const char *text, uint32_t max);

/* A register's address; text may be NULL, which is none. 0 or -BT_EMAP. */
int map_parse_register(uint16_t *address, const char *text);

/* "53.95" with up to `decimals` digits behind the point, as an integer in
 * units of the last: 5395. 0 or -BT_EMAP. */
int map_parse_decimal(int64_t *value, const char *text, int decimals);

/* A MODBUS unit; fails with a reason. */
int map_parse_unit(struct map_reader *r, uint8_t *unit, const char *text);

/* Makes room for one more member at the end of a list, zeroed, and counts it.
 * Returns the list, which may have moved, or NULL after map_fail(). */
void *map_grow(struct map_reader *r, void *list, size_t *count, size_t size);

/* All that is left of the line, without blanks around it. */
char *map_rest(char **line);

/* Reads a line that is a field (map-field.c), or one with a keyword
 * (map-read.c); 0 or -BT_EMAP. */
int map_read_field(struct map_reader *r, char *line);
int map_read_keyword(struct map_reader *r, char *line);

/* What must hold for a whole map (map-read.c); 0 or -BT_EMAP. */
int map_check_whole(struct map_reader *r);

/* Reads a file in place of the line that includes it (map-file.c). */
int map_include(struct map_reader *r, const char *name);

#endif
