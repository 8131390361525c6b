/*
 * Shared by the files that parse a map, from the lowest: tokens and numbers
 * (parse-token.c), ranges (parse-range.c), a line of either kind
 * (parse-field.c, parse-keyword.c), the file (parse.c). For these files only.
 */
#ifndef BT_MODEL_PARSE_INTERNAL_H
#define BT_MODEL_PARSE_INTERNAL_H

#include "base/errors.h"
#include "model/parse.h"

/* Separators of tokens. */
#define PARSE_BLANK " \t\r"

/* The map being read, and the position in its text. */
struct parser {
	struct map *map;
	const char *directory; /* of included files that are not beside the
				* including file */
	struct failure *failure;
	struct map_position position; /* line 0: the file as a whole */
	bool is_head;		      /* reads the head of a map alone */
	bool is_included;	      /* the file is not the map's own */
	const char *include; /* file that the line includes; NULL: none */
};

/* -BT_EMAP with the position and a reason, as of printf(3). */
#define parse_fail(p, ...) \
	failure_set_at((p)->failure, -BT_EMAP, (p)->position.file, \
		(p)->position.line, __VA_ARGS__)

/* --- parse-token.c ------------------------------------------------------- */

/* Cuts off the next token of the line; NULL at its end. */
char *parse_token(char **line);

/* All that is left of the line, without blanks around it. */
char *parse_rest(char **line);

/* A decimal number of digits only, at most max; 0 or -BT_EMAP. */
int parse_number(uint32_t *number, const char *text, uint32_t max);

/* A register's address. 0, or -BT_EMAP, also if text is NULL. */
int parse_register(uint16_t *address, const char *text);

/* "53.95" with up to `decimals` digits behind the point, as an integer in
 * units of the last: 5395. 0 or -BT_EMAP. */
int parse_decimal(int64_t *value, const char *text, int decimals);

/* A MODBUS unit; fails with a reason. */
int parse_unit_id(struct parser *p, uint8_t *unit_id, const char *text);

/* Adds a zeroed member at the end of a list and counts it. Returns the list,
 * which may have moved, or NULL after parse_fail(). */
void *parse_grow(struct parser *p, void *list, size_t *count, size_t size);

/* --- parse-range.c ------------------------------------------------------- */

/* "0..100" or "0,40..70" into ranges in units of the last of the decimals.
 * 0 or -BT_EMAP with a reason. */
int parse_ranges(
	struct parser *p, struct map_ranges *ranges, char *text, int decimals);

/* Reads what follows the keyword "limit"; 0 or -BT_EMAP with a reason. */
int parse_limit(struct parser *p, char **line);

/* Gives each field without ranges those of the last limit that fits it. */
void parse_apply_limits(struct map *map);

/* --- a line: 0 or -BT_EMAP ----------------------------------------------- */

int parse_field(struct parser *p, char *line);
int parse_keyword(struct parser *p, char *line);

#endif
