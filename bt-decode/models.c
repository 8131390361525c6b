/* The lines of --models: columns separated by tabs, "-" for an empty one,
 * several values in one separated by "; ". */
#include "models.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/output.h"

static void put_all(FILE *line, const char *const *texts, size_t count)
{
	if (count == 0)
		fputs("-", line);
	for (size_t i = 0; i < count; i++)
		fprintf(line, "%s%s", i > 0 ? "; " : "", texts[i]);
}

static void put_map(FILE *line, const struct map *map)
{
	fprintf(line, "%s\t%d\t", map->model, map->protocol);
	put_all(line, map->prefixes, map->prefix_count);
	fputc('\t', line);
	put_all(line, map->sources, map->source_count);
	fputc('\t', line);
	put_all(line, map->untried, map->untried_count);
	fputc('\n', line);
}

/* A model without a map of its own, and its generic map. */
static void put_unmapped(FILE *line, const struct map *generic, size_t i)
{
	fprintf(line, "%s\t%d\t-\t-\tno map of its own: that of %s\n",
		generic->unmapped[i], generic->protocol, generic->model);
}

static int put_lines(FILE *lines, const struct maps *maps)
{
	for (const struct map *map = NULL; (map = maps_next(maps, map));) {
		put_map(lines, map);
		for (size_t i = 0; i < map->unmapped_count; i++)
			put_unmapped(lines, map, i);
	}
	return ferror(lines) ? -ENOMEM : 0;
}

int models_print(const struct maps *maps)
{
	char *text = NULL;
	size_t length;
	FILE *lines = open_memstream(&text, &length);
	int error = lines ? put_lines(lines, maps) : -ENOMEM;

	if (lines && fclose(lines) != 0)
		error = -ENOMEM;
	if (error == 0)
		error = output_line(text, length);
	free(text);
	return error;
}
