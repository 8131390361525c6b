/* Ranges of numbers, and the limits that fields inherit. */
#include "model/parse-internal.h"

#include <fnmatch.h>
#include <string.h>

#include "base/errors.h"

/* "40..70", or "0" for 0..0. */
static int parse_part(struct map_range *range, char *text, int decimals)
{
	char *dots = strstr(text, "..");
	const char *high = dots ? dots + 2 : text;

	if (dots)
		*dots = '\0';
	if (parse_decimal(&range->low, text, decimals) < 0 ||
		parse_decimal(&range->high, high, decimals) < 0 ||
		range->low > range->high)
		return -BT_EMAP;
	return 0;
}

int parse_ranges(
	struct parser *p, struct map_ranges *ranges, char *text, int decimals)
{
	char *part;

	if (!strstr(text, ".."))
		return parse_fail(p, "a range is LOW..HIGH, not \"%s\"", text);
	while ((part = strsep(&text, ","))) {
		if (ranges->count == MAP_RANGES)
			return parse_fail(
				p, "a range has %d parts at most", MAP_RANGES);
		if (parse_part(&ranges->list[ranges->count++], part, decimals) <
			0)
			return parse_fail(p,
				"a range is LOW..HIGH in steps of the scale");
	}
	return 0;
}

/* --- limits -------------------------------------------------------------- */

int parse_limit(struct parser *p, char **line)
{
	struct map *map = p->map;
	const char *unit = parse_token(line);
	char *range = parse_token(line);
	size_t count = map->limit_count;
	struct map_limit *more;

	if (!range)
		return parse_fail(p, "limit needs a unit and a range");
	more = parse_grow(p, map->limits, &map->limit_count, sizeof *more);
	if (!more)
		return -BT_EMAP;
	map->limits = more;
	more[count].unit = unit;
	more[count].names = parse_rest(line);
	return parse_ranges(p, &more[count].ranges, range, 0);
}

/* Whether the name matches one of the patterns, separated by blanks. */
static bool has_name(const char *patterns, const char *name)
{
	char pattern[64]; /* longer is no name */

	while (*(patterns += strspn(patterns, PARSE_BLANK))) {
		size_t length = strcspn(patterns, PARSE_BLANK);

		if (length < sizeof pattern) {
			memcpy(pattern, patterns, length);
			pattern[length] = '\0';
			if (fnmatch(pattern, name, 0) == 0)
				return true;
		}
		patterns += length;
	}
	return false;
}

static bool fits(const struct map_limit *limit, const struct map_field *field)
{
	return field->unit && strcmp(limit->unit, field->unit) == 0 &&
		(!*limit->names || has_name(limit->names, field->name));
}

/* From whole units to those of the field's last decimal. */
static void inherit(struct map_field *field, const struct map_limit *limit)
{
	field->ranges = limit->ranges;
	for (size_t i = 0; i < field->ranges.count; i++) {
		for (int d = 0; d < field->decimals; d++) {
			field->ranges.list[i].low *= 10;
			field->ranges.list[i].high *= 10;
		}
	}
}

void parse_apply_limits(struct map *map)
{
	for (size_t i = 0; i < map->field_count; i++) {
		struct map_field *field = &map->fields[i];
		size_t n = map->limit_count;

		if (field->ranges.count > 0)
			continue;
		while (n > 0 && !fits(&map->limits[n - 1], field))
			n--;
		if (n > 0)
			inherit(field, &map->limits[n - 1]);
	}
}
