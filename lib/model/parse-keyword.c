/*
 * The lines of a map that begin with a keyword, bt-map(5). A table names the
 * function that reads the rest of each keyword's line.
 */
#include "model/parse-internal.h"

#include <string.h>

#include "base/errors.h"
#include "modbus/modbus.h"

#define SETTLE_MAX 60 /* s to wait between selecting a pack and reading it */

/* --- keywords --------------------------------------------------------------
 * A function each; the line is what follows the keyword. */

static int read_model(struct parser *p, char **line)
{
	if (p->map->model)
		return parse_fail(p, "a map has one line \"model\"");
	p->map->model = parse_rest(line);
	return *p->map->model ? 0 : parse_fail(p, "model needs a name");
}

/* Adds the text after the keyword to a list. */
static int read_text(struct parser *p, char **line, const char ***list,
	size_t *count, const char *lack)
{
	const char **more = parse_grow(p, *list, count, sizeof **list);

	if (!more)
		return -BT_EMAP;
	*list = more;
	more[*count - 1] = parse_rest(line);
	return *more[*count - 1] ? 0 : parse_fail(p, "%s", lack);
}

static int read_name(struct parser *p, char **line)
{
	return read_text(p, line, &p->map->prefixes, &p->map->prefix_count,
		MESSAGE_TEXT("name needs a prefix"));
}

static int read_source(struct parser *p, char **line)
{
	return read_text(p, line, &p->map->sources, &p->map->source_count,
		MESSAGE_TEXT("source needs a text"));
}

static int read_untried(struct parser *p, char **line)
{
	return read_text(p, line, &p->map->untried, &p->map->untried_count,
		MESSAGE_TEXT("untried needs a text"));
}

static int read_unmapped(struct parser *p, char **line)
{
	return read_text(p, line, &p->map->unmapped, &p->map->unmapped_count,
		MESSAGE_TEXT("unmapped needs the name of a model"));
}

static int read_generic(struct parser *p, char **line)
{
	(void)line;
	p->map->is_generic = true;
	return 0;
}

static int read_protocol(struct parser *p, char **line)
{
	uint32_t version;
	char *token = parse_token(line);

	if (p->map->protocol)
		return parse_fail(p, "a map has one line \"protocol\"");
	if (!token || parse_number(&version, token, 2) < 0 || version < 1)
		return parse_fail(p, "protocol is 1 or 2");
	p->map->protocol = (int)version;
	return 0;
}

static int parse_block(
	struct parser *p, struct map_block *block, const char *text)
{
	if (text && map_block_parse(block, text) == 0)
		return 0;
	return parse_fail(p,
		"a read is FIRST+COUNT, for example 10+40, of 1 to %d "
		"registers",
		MODBUS_READ_MAX);
}

static int parse_class(
	struct parser *p, enum map_class *class, const char *text)
{
	for (enum map_class c = MAP_POLL; text && c <= MAP_ALL; c++) {
		if (strcmp(text, map_class_name(c)) == 0) {
			*class = c;
			return 0;
		}
	}
	return parse_fail(p, "a read is poll, slow or all");
}

/* The tokens behind a read: its MODBUS unit, "proven", or none. */
static int parse_read_end(
	struct parser *p, struct map_block *block, char **line)
{
	const char *token = parse_token(line);

	if (token && strcmp(token, "proven") != 0) {
		if (parse_unit_id(p, &block->unit_id, token) < 0)
			return -BT_EMAP;
		token = parse_token(line);
	}
	if (token && strcmp(token, "proven") != 0)
		return parse_fail(
			p, "a read may be followed by its unit and \"proven\"");
	block->is_proven = token != NULL;
	return 0;
}

static int read_block(struct parser *p, char **line)
{
	struct map *map = p->map;
	size_t count = map->block_count;
	struct map_block *more =
		parse_grow(p, map->blocks, &map->block_count, sizeof *more);

	if (!more)
		return -BT_EMAP;
	map->blocks = more;
	more[count].unit_id = 1;
	more[count].position = p->position;
	if (parse_class(p, &more[count].class, parse_token(line)) < 0 ||
		parse_block(p, &more[count], parse_token(line)) < 0)
		return -BT_EMAP;
	return parse_read_end(p, &more[count], line);
}

static int read_pack_read(struct parser *p, char **line)
{
	int error = read_block(p, line);

	if (error == 0)
		p->map->blocks[p->map->block_count - 1].is_pack = true;
	return error;
}

static int read_register(struct parser *p, uint16_t *address, char **line)
{
	if (parse_register(address, parse_token(line)) < 0)
		return parse_fail(p, "a register is 0 to 65535");
	return 0;
}

static int read_packs(struct parser *p, char **line)
{
	int error = read_register(p, &p->map->packs.max, line);

	return error == 0 && p->map->packs.max > 255
		? parse_fail(p, "no station has more than 255 packs")
		: error;
}

static int read_pack_count(struct parser *p, char **line)
{
	return read_register(p, &p->map->packs.count, line);
}

static int read_pack_selector(struct parser *p, char **line)
{
	return read_register(p, &p->map->packs.selector, line);
}

static int read_pack_shown(struct parser *p, char **line)
{
	return read_register(p, &p->map->packs.shown, line);
}

static int read_pack_settle(struct parser *p, char **line)
{
	const char *token = parse_token(line);
	int64_t ms;

	if (!token || parse_decimal(&ms, token, 3) < 0 || ms < 0 ||
		ms > SETTLE_MAX * 1000)
		return parse_fail(
			p, "pack-settle is 0 to %d seconds", SETTLE_MAX);
	p->map->packs.settle = (int)ms;
	return 0;
}

static int read_include(struct parser *p, char **line)
{
	p->include = parse_rest(line);
	return *p->include ? 0
			   : parse_fail(p, "include needs the name of a file");
}

/* --- the line ------------------------------------------------------------ */

static const struct {
	const char *name;
	int (*parse)(struct parser *p, char **line);
	bool is_head;
} keywords[] = {
	{ "model", read_model, true },
	{ "name", read_name, true },
	{ "protocol", read_protocol, true },
	{ "generic", read_generic, true },
	{ "unmapped", read_unmapped, true },
	{ "source", read_source, false },
	{ "untried", read_untried, false },
	{ "read", read_block, false },
	{ "packs", read_packs, false },
	{ "pack-count", read_pack_count, false },
	{ "pack-selector", read_pack_selector, false },
	{ "pack-shown", read_pack_shown, false },
	{ "pack-settle", read_pack_settle, false },
	{ "pack-read", read_pack_read, false },
	{ "limit", parse_limit, false },
	{ "include", read_include, false },
};

#define KEYWORDS (sizeof keywords / sizeof keywords[0])

int parse_keyword(struct parser *p, char *line)
{
	const char *token = parse_token(&line);
	size_t i = 0;

	while (i < KEYWORDS && strcmp(token, keywords[i].name) != 0)
		i++;
	if (p->is_head && (i == KEYWORDS || !keywords[i].is_head))
		return 0;
	if (i == KEYWORDS)
		return parse_fail(p, "unknown keyword \"%s\"", token);
	if (keywords[i].parse(p, &line) < 0)
		return -BT_EMAP;
	return parse_token(&line)
		? parse_fail(p, "too many words for \"%s\"", token)
		: 0;
}
