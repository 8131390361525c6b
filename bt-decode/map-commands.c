/* Commands about maps, without input. */
#include "map-commands.h"

#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include "base/errors.h"
#include "base/json.h"
#include "base/message.h"
#include "base/output.h"
#include "base/similar.h"
#include "check-map.h"
#include "fields.h"
#include "model/choose.h"
#include "models.h"

const struct map *maps_of_option(const struct maps *maps, const char *model,
	const struct options *options)
{
	const struct map *map;
	struct failure failure;

	if (maps_choose(&map, maps, model, options->maps, &failure) < 0 &&
		maps_error(maps) == 0)
		message("%s", failure.text);
	return map;
}

static int print_fields(const struct map *map)
{
	struct json json = { 0 };
	int error = 0;

	for (size_t i = 0; error == 0 && i < map->field_count; i++) {
		json_clear(&json);
		field_write(&json, map, &map->fields[i]);
		error = json.failed ? -ENOMEM
				    : output_line(json.text, json.length);
	}
	json_release(&json);
	if (error < 0)
		message("cannot go on: %s", error_text(error));
	return error;
}

int list_fields(const struct options *options)
{
	const struct map *map;
	struct maps *maps = NULL;
	struct failure bad;
	int error = maps_open(&maps, options->maps, &bad);

	map = error < 0 ? NULL : maps_of_option(maps, options->fields, options);
	error = map ? print_fields(map) : -BT_EMAP;
	if (bad.code < 0)
		message("%s", bad.text);
	maps_free(maps);
	return error < 0 ? error_status(error) : EX_OK;
}

int list_models(const struct options *options)
{
	struct failure bad;
	struct maps *maps;
	int error = maps_load(&maps, options->maps, &bad);

	if (error < 0) {
		message("%s", bad.text);
		return error_status(error);
	}
	error = models_print(maps);
	if (error < 0)
		message("cannot go on: %s", error_text(error));
	maps_free(maps);
	return error < 0 ? error_status(error) : EX_OK;
}

/* If the directory is invalid because of a checked file, it is reported once,
 * for the file. */
int check_maps(const struct options *options)
{
	struct findings findings = { 0 };
	struct maps *maps = NULL;
	struct failure bad;
	int loaded = maps_load(&maps, options->maps, &bad);
	int status = EX_OK;

	for (char **file = options->files; *file; file++)
		check_map(&findings, *file, maps);
	for (size_t i = 0; i < findings.count; i++)
		message("%s", findings.list[i].text);
	if (loaded < 0 && !findings_have(&findings, &bad))
		message("%s", bad.text);
	if (loaded < 0 || findings.count > 0)
		status = EX_CONFIG;
	if (findings.failed) {
		message("cannot go on: %s", error_text(-ENOMEM));
		status = error_status(-ENOMEM);
	}
	findings_release(&findings);
	maps_free(maps);
	return status;
}

/* --- columns ------------------------------------------------------------- */

/* Keys of records that are fields of no map: bt-records(5). */
static const char *const keys[] = { "time", "address", "name", "model", "pack",
	"out_of_range", "failed", "registers" };
#define KEYS (sizeof keys / sizeof keys[0])

static bool is_called(const char *name, const char *text, size_t length)
{
	return strlen(name) == length && memcmp(name, text, length) == 0;
}

/* Whether a record can have the key; else sets the most similar key of any
 * record. */
static bool is_key(struct similar *similar, const struct maps *maps,
	const char *text, size_t length)
{
	const struct map *map = NULL;

	similar_begin(similar, text, (int)length);
	for (size_t i = 0; i < KEYS; i++) {
		if (is_called(keys[i], text, length))
			return true;
		similar_try(similar, keys[i]);
	}
	while ((map = maps_next(maps, map)))
		for (size_t i = 0; i < map->field_count; i++) {
			if (is_called(map->fields[i].name, text, length))
				return true;
			similar_try(similar, map->fields[i].name);
		}
	return false;
}

bool check_columns(const struct columns *columns, const struct maps *maps)
{
	struct similar similar;

	for (size_t i = 0; i < columns->count; i++) {
		const char *text = columns->names[i];
		size_t length = columns->lengths[i];

		if (is_key(&similar, maps, text, length))
			continue;
		if (similar.best)
			message("columns: no record has %.*s; did you mean %s?",
				(int)length, text, similar.best);
		else
			message("columns: no record has %.*s", (int)length,
				text);
		return false;
	}
	return true;
}
