/* What one map knows. */
#include "map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct map_field *map_field(const struct map *map, const char *name)
{
	for (size_t i = 0; i < map->field_count; i++)
		if (strcmp(map->fields[i].name, name) == 0)
			return &map->fields[i];
	return NULL;
}

void map_release(struct map *map)
{
	for (size_t i = 0; i < map->field_count; i++)
		free(map->fields[i].values);
	free(map->fields);
	free(map->reads);
	free(map->prefixes);
	free(map->text);
}

void map_error_format(char text[MAP_ERROR_TEXT], const struct map_error *error)
{
	if (error->line)
		snprintf(text, MAP_ERROR_TEXT, "%s:%u: %s", error->file,
			error->line, error->reason);
	else
		snprintf(text, MAP_ERROR_TEXT, "%s: %s", error->file,
			error->reason);
}
