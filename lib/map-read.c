/*
 * The text of a map: bt-map(5).
 *
 * A line is a keyword with its values, or, when it begins with a digit, a
 * field (map-field.c). Each keyword's line is read by the function that it
 * names in a table.
 */
#include "map-text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "modbus.h"

#define FILE_MAX (256 * 1024) /* larger is no map */
#define BLANK " \t\r"

/* Milliseconds to wait between selecting a pack and reading it, where a map
 * does not tell (Patrick762/bluetti-bt-lib waits 3 s, bluetti_mqtt 10 s). */
#define SETTLE_DEFAULT 3000
#define SETTLE_MAX 60

/* --- keywords --------------------------------------------------------------
 * A function each; the line is what follows the keyword. */

/* All that is left of the line, which may have blanks in it. */
static char *rest(char **line)
{
	char *text = *line + strspn(*line, BLANK);
	size_t length = strlen(text);

	*line = text + length;
	while (length > 0 && strchr(BLANK, text[length - 1]))
		text[--length] = '\0';
	return text;
}

static int read_model(struct map_reader *r, char **line)
{
	if (r->map->model)
		return map_fail(r, "a map has one line \"model\"");
	r->map->model = rest(line);
	return *r->map->model ? 0 : map_fail(r, "model needs a name");
}

static int read_name(struct map_reader *r, char **line)
{
	struct map *map = r->map;
	size_t count = map->prefix_count;
	const char **more =
		map_grow(r, map->prefixes, &map->prefix_count, sizeof *more);

	if (!more)
		return -BT_EMAP;
	map->prefixes = more;
	more[count] = rest(line);
	return *more[count] ? 0
			    : map_fail(r, "name needs what names begin with");
}

static int read_generic(struct map_reader *r, char **line)
{
	(void)line;
	r->map->is_generic = true;
	return 0;
}

static int read_protocol(struct map_reader *r, char **line)
{
	uint32_t version;
	char *word = map_next_word(line);

	if (r->map->protocol)
		return map_fail(r, "a map has one line \"protocol\"");
	if (!word || map_parse_number(&version, word, 2) < 0 || version < 1)
		return map_fail(r, "protocol is 1 or 2");
	r->map->protocol = (int)version;
	return 0;
}

static int parse_block(
	struct map_reader *r, struct map_read *read, const char *text)
{
	if (text && map_read_block(read, text) == 0)
		return 0;
	return map_fail(r,
		"a read is FIRST+COUNT, for example 10+40, of 1 to %d "
		"registers",
		MODBUS_READ_MAX);
}

static int parse_class(
	struct map_reader *r, enum map_class *class, const char *text)
{
	static const char *const names[] = {
		[MAP_POLL] = "poll",
		[MAP_SLOW] = "slow",
		[MAP_ALL] = "all",
	};

	for (size_t i = 0; text && i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(text, names[i]) == 0) {
			*class = (enum map_class)i;
			return 0;
		}
	}
	return map_fail(r, "a read is poll, slow or all");
}

static int read_read(struct map_reader *r, char **line)
{
	struct map *map = r->map;
	size_t count = map->read_count;
	struct map_read *more =
		map_grow(r, map->reads, &map->read_count, sizeof *more);
	const char *unit;

	if (!more)
		return -BT_EMAP;
	map->reads = more;
	more[count].unit = 1;
	if (parse_class(r, &more[count].class, map_next_word(line)) < 0 ||
		parse_block(r, &more[count], map_next_word(line)) < 0)
		return -BT_EMAP;
	unit = map_next_word(line);
	return unit ? map_parse_unit(r, &more[count].unit, unit) : 0;
}

static int read_pack_read(struct map_reader *r, char **line)
{
	int error = read_read(r, line);

	if (error == 0)
		r->map->reads[r->map->read_count - 1].is_pack = 1;
	return error;
}

static int read_register(struct map_reader *r, uint16_t *address, char **line)
{
	if (map_parse_register(address, map_next_word(line)) < 0)
		return map_fail(r, "a register is 0 to 65535");
	return 0;
}

static int read_packs(struct map_reader *r, char **line)
{
	int error = read_register(r, &r->map->packs.max, line);

	return error == 0 && r->map->packs.max > 255
		? map_fail(r, "no station has more than 255 packs")
		: error;
}

static int read_pack_count(struct map_reader *r, char **line)
{
	return read_register(r, &r->map->packs.count, line);
}

static int read_pack_selector(struct map_reader *r, char **line)
{
	return read_register(r, &r->map->packs.selector, line);
}

static int read_pack_shown(struct map_reader *r, char **line)
{
	return read_register(r, &r->map->packs.shown, line);
}

static int read_pack_settle(struct map_reader *r, char **line)
{
	const char *word = map_next_word(line);
	int64_t ms;

	if (!word || map_parse_decimal(&ms, word, 3) < 0 || ms < 0 ||
		ms > SETTLE_MAX * 1000)
		return map_fail(
			r, "settling takes 0 to %d seconds", SETTLE_MAX);
	r->map->packs.settle = (int)ms;
	return 0;
}

/* --- the file ------------------------------------------------------------ */

static const struct {
	const char *name;
	int (*read)(struct map_reader *r, char **line);
} keywords[] = {
	{ "model", read_model },
	{ "name", read_name },
	{ "protocol", read_protocol },
	{ "generic", read_generic },
	{ "read", read_read },
	{ "packs", read_packs },
	{ "pack-count", read_pack_count },
	{ "pack-selector", read_pack_selector },
	{ "pack-shown", read_pack_shown },
	{ "pack-settle", read_pack_settle },
	{ "pack-read", read_pack_read },
};

#define KEYWORDS (sizeof keywords / sizeof keywords[0])

static int read_keyword(struct map_reader *r, char *line)
{
	const char *word = map_next_word(&line);
	size_t i = 0;

	while (i < KEYWORDS && strcmp(word, keywords[i].name) != 0)
		i++;
	if (i == KEYWORDS)
		return map_fail(r, "no keyword is called \"%s\"", word);
	if (keywords[i].read(r, &line) < 0)
		return -BT_EMAP;
	return map_next_word(&line)
		? map_fail(r, "too many words for \"%s\"", word)
		: 0;
}

static int read_line(struct map_reader *r, char *line)
{
	line[strcspn(line, "#")] = '\0';
	line += strspn(line, BLANK);
	if (*line == '\0')
		return 0;
	if (isdigit((unsigned char)*line))
		return map_read_field(r, line);
	return read_keyword(r, line);
}

/* The first read of a pack tells whether it is the pack's. */
static int first_shows(const struct map *map)
{
	const struct map_read *read = map->reads;

	while (!read->is_pack)
		read++;
	return read->unit == 1 && read->address <= map->packs.shown &&
		map->packs.shown < read->address + read->count;
}

static int check_packs(struct map_reader *r)
{
	const struct map_packs *packs = &r->map->packs;
	int reads = 0, fields = 0;

	for (size_t i = 0; i < r->map->read_count; i++)
		reads += r->map->reads[i].is_pack;
	for (size_t i = 0; i < r->map->field_count; i++)
		fields += r->map->fields[i].is_pack;
	if (packs->max == 0)
		return reads || fields || packs->count || packs->selector ||
				packs->shown
			? map_fail(r, "something of packs, but no \"packs\"")
			: 0;
	if (!packs->shown || reads == 0)
		return map_fail(
			r, "packs need \"pack-shown\" and \"pack-read\"");
	if (!first_shows(r->map))
		return map_fail(r,
			"the first \"pack-read\" must have register %u, "
			"which tells whose data they are",
			packs->shown);
	if (packs->max > 1 && !packs->selector)
		return map_fail(r, "several packs need \"pack-selector\"");
	return 0;
}

/* A poll that asks nothing would look like a silent station. */
static bool is_polled(const struct map *map)
{
	for (size_t i = 0; i < map->read_count; i++)
		if (!map->reads[i].is_pack && map->reads[i].class == MAP_POLL)
			return true;
	return false;
}

static int check_whole(struct map_reader *r)
{
	r->line = 0;
	if (!r->map->model)
		return map_fail(r, "has no line \"model\"");
	if (!r->map->protocol)
		return map_fail(r, "has no line \"protocol\"");
	if (!is_polled(r->map))
		return map_fail(r, "has no line \"read poll\"");
	if (r->map->field_count == 0)
		return map_fail(r, "has no field");
	return check_packs(r);
}

/* Reads the file into text, FILE_MAX + 1 bytes, as a string. */
static int slurp(struct map_reader *r, FILE *file, char *text)
{
	size_t length = fread(text, 1, FILE_MAX + 1, file);

	if (ferror(file))
		return map_fail(r, "%s", strerror(errno));
	if (length > FILE_MAX)
		return map_fail(r, "is larger than %d bytes", FILE_MAX);
	if (memchr(text, '\0', length))
		return map_fail(r, "has a zero byte");
	text[length] = '\0';
	return 0;
}

static int read_file(struct map_reader *r, const char *path)
{
	FILE *file = fopen(path, "re");
	int error;

	if (!file)
		return map_fail(r, "%s", strerror(errno));
	r->map->text = malloc(FILE_MAX + 1);
	error = r->map->text ? slurp(r, file, r->map->text)
			     : map_fail(r, "%s", strerror(errno));
	fclose(file);
	return error;
}

int map_read(struct map *map, const char *path, struct map_error *error)
{
	struct map_reader r = { .map = map, .error = error };
	char *rest;
	char *line;

	snprintf(error->file, sizeof error->file, "%s", path);
	map->packs.settle = SETTLE_DEFAULT;
	if (read_file(&r, path) < 0)
		return -BT_EMAP;
	rest = map->text;
	while ((line = strsep(&rest, "\n"))) {
		r.line++;
		if (read_line(&r, line) < 0)
			return -BT_EMAP;
	}
	return check_whole(&r);
}
