/*
 * Fuzz target: the reader of maps, whole and heads alone. What they include is
 * looked for in lib/maps. Run from the top.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "modbus/modbus.h"
#include "model/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A condition that no input may break. */
static void must(bool condition)
{
	if (!condition)
		abort();
}

static void check(const struct map *map)
{
	for (size_t i = 0; i < map->block_count; i++) {
		const struct map_block *block = &map->blocks[i];

		must(block->count > 0 && block->count <= MODBUS_READ_MAX);
		must(block->address + block->count <= 65536);
	}
	for (size_t i = 0; i < map->field_count; i++) {
		const struct map_field *field = &map->fields[i];

		must(field->name != NULL && field->count > 0);
		must(field->address + field->count <= 65536);
		must(!field->is_repeat || i > 0);
		must(field->next_repeat < map->field_count);
	}
}

static void read_map(const char *path, bool is_whole)
{
	struct failure failure = { 0 };
	struct map map = { 0 };
	int error = is_whole ? map_read(&map, path, "lib/maps", &failure)
			     : map_read_head(&map, path, &failure);

	must(error == 0 || failure.text[0] != '\0');
	if (error == 0 && is_whole)
		check(&map);
	map_release(&map);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A folder of its own: an include lies beside the map. */
	char folder[] = "/tmp/bt-fuzz-map.XXXXXX";
	char path[sizeof folder + 4];
	FILE *file;

	must(mkdtemp(folder) != NULL);
	snprintf(path, sizeof path, "%s/map", folder);
	file = fopen(path, "we");
	must(file != NULL);
	must(fwrite(data, 1, size, file) == size);
	must(fclose(file) == 0);
	read_map(path, false);
	read_map(path, true);
	must(unlink(path) == 0 && rmdir(folder) == 0);
	return 0;
}
