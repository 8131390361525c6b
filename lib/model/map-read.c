/*
 * The lines of a map that begin with a keyword, bt-map(5), and what must hold
 * for a map as a whole. Each keyword's line is read by the function that it
 * names in a table.
 */
#include "model/map-text.h"

#include <string.h>

#include "base/errors.h"
#include "modbus/modbus.h"

#define SETTLE_MAX 60 /* s to wait between selecting a pack and reading it */

/* --- keywords --------------------------------------------------------------
 * A function each; the line is what follows the keyword. */

static int read_model(struct map_reader *r, char **line)
{
	if (r->map->model)
		return map_fail(r, "a map has one line \"model\"");
	r->map->model = map_rest(line);
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
	more[count] = map_rest(line);
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
	struct map_reader *r, struct map_block *block, const char *text)
{
	if (text && map_block_parse(block, text) == 0)
		return 0;
	return map_fail(r,
		"a read is FIRST+COUNT, for example 10+40, of 1 to %d "
		"registers",
		MODBUS_READ_MAX);
}

static const char *const classes[] = {
	[MAP_POLL] = "poll",
	[MAP_SLOW] = "slow",
	[MAP_ALL] = "all",
};

const char *map_class_name(enum map_class class)
{
	return classes[class];
}

static int parse_class(
	struct map_reader *r, enum map_class *class, const char *text)
{
	for (size_t i = 0; text && i < sizeof classes / sizeof classes[0];
		i++) {
		if (strcmp(text, classes[i]) == 0) {
			*class = (enum map_class)i;
			return 0;
		}
	}
	return map_fail(r, "a read is poll, slow or all");
}

/* The words behind a read: its MODBUS unit, "proven", or none. */
static int parse_read_end(
	struct map_reader *r, struct map_block *block, char **line)
{
	const char *word = map_next_word(line);

	if (word && strcmp(word, "proven") != 0) {
		if (map_parse_unit(r, &block->unit, word) < 0)
			return -BT_EMAP;
		word = map_next_word(line);
	}
	if (word && strcmp(word, "proven") != 0)
		return map_fail(r,
			"behind a read may stand its unit and "
			"\"proven\"");
	block->is_proven = word != NULL;
	return 0;
}

static int read_read(struct map_reader *r, char **line)
{
	struct map *map = r->map;
	size_t count = map->block_count;
	struct map_block *more =
		map_grow(r, map->blocks, &map->block_count, sizeof *more);

	if (!more)
		return -BT_EMAP;
	map->blocks = more;
	more[count].unit = 1;
	more[count].place = r->place;
	if (parse_class(r, &more[count].class, map_next_word(line)) < 0 ||
		parse_block(r, &more[count], map_next_word(line)) < 0)
		return -BT_EMAP;
	return parse_read_end(r, &more[count], line);
}

static int read_pack_read(struct map_reader *r, char **line)
{
	int error = read_read(r, line);

	if (error == 0)
		r->map->blocks[r->map->block_count - 1].is_pack = true;
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

static int read_include(struct map_reader *r, char **line)
{
	const char *name = map_rest(line);

	return *name ? map_include(r, name)
		     : map_fail(r, "include needs the name of a file");
}

/* --- the line ------------------------------------------------------------ */

static const struct {
	const char *name;
	int (*parse)(struct map_reader *r, char **line);
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
	{ "include", read_include },
};

#define KEYWORDS (sizeof keywords / sizeof keywords[0])

int map_read_keyword(struct map_reader *r, char *line)
{
	const char *word = map_next_word(&line);
	size_t i = 0;

	while (i < KEYWORDS && strcmp(word, keywords[i].name) != 0)
		i++;
	if (i == KEYWORDS)
		return map_fail(r, "no keyword is called \"%s\"", word);
	if (keywords[i].parse(r, &line) < 0)
		return -BT_EMAP;
	return map_next_word(&line)
		? map_fail(r, "too many words for \"%s\"", word)
		: 0;
}

/* --- the whole ----------------------------------------------------------- */

/* The first read of a pack tells whether it is the pack's. */
static int first_shows(const struct map *map)
{
	const struct map_block *block = map->blocks;

	while (!block->is_pack)
		block++;
	return block->unit == 1 && block->address <= map->packs.shown &&
		map->packs.shown < block->address + block->count;
}

static int check_packs(struct map_reader *r)
{
	const struct map_packs *packs = &r->map->packs;
	int reads = 0, fields = 0;

	for (size_t i = 0; i < r->map->block_count; i++)
		reads += r->map->blocks[i].is_pack;
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
	for (size_t i = 0; i < map->block_count; i++)
		if (!map->blocks[i].is_pack && map->blocks[i].class == MAP_POLL)
			return true;
	return false;
}

/* A read that has registers of a secret is one as a whole. */
static void mark_secret_reads(struct map *map)
{
	for (size_t i = 0; i < map->block_count; i++)
		for (size_t k = 0; k < map->field_count; k++)
			map->blocks[i].is_secret |= map->fields[k].is_secret &&
				map_block_touches(
					&map->blocks[i], &map->fields[k]);
}

int map_check_whole(struct map_reader *r)
{
	r->place.line = 0;
	if (!r->map->model)
		return map_fail(r, "has no line \"model\"");
	if (!r->map->protocol)
		return map_fail(r, "has no line \"protocol\"");
	if (!is_polled(r->map))
		return map_fail(r, "has no line \"read poll\"");
	if (r->map->field_count == 0)
		return map_fail(r, "has no field");
	mark_secret_reads(r->map);
	return check_packs(r);
}
