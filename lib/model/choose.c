/* Names of models as people type them. */
#include "model/choose.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/errors.h"
#include "base/similar.h"
#include "model/search-path.h"

static bool is_one_of(const char *const *names, size_t count, const char *model)
{
	size_t i = 0;

	while (i < count && strcasecmp(names[i], model) != 0)
		i++;
	return i < count;
}

static void try_all(
	struct similar *similar, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		similar_try(similar, names[i]);
}

/* The name of the model whose map matches, NULL if there is none. Maps of
 * models take precedence over generic maps. */
static const char *find(const struct maps *maps, const char *model)
{
	const char *generic = NULL;

	for (const struct map *m = NULL; (m = maps_next(maps, m));) {
		if (strcasecmp(m->model, model) == 0 ||
			is_one_of(m->prefixes, m->prefix_count, model))
			return m->model;
		if (is_one_of(m->unmapped, m->unmapped_count, model))
			generic = m->model;
	}
	return generic;
}

static int suggest(const struct maps *maps, const char *model,
	const char *option, struct failure *failure)
{
	struct similar similar;

	similar_begin(&similar, model, (int)strlen(model));
	for (const struct map *m = NULL; (m = maps_next(maps, m));) {
		similar_try(&similar, m->model);
		try_all(&similar, m->prefixes, m->prefix_count);
		try_all(&similar, m->unmapped, m->unmapped_count);
	}
	return similar.best
		? failure_set(failure, -BT_EMAP,
			  "no map for model %s in %s; did you mean %s?", model,
			  maps_directory(option), similar.best)
		: failure_set(failure, -BT_EMAP,
			  "no map for model %s in %s; bt-decode --models lists "
			  "the models",
			  model, maps_directory(option));
}

int maps_choose(const struct map **map, const struct maps *maps,
	const char *model, const char *option, struct failure *failure)
{
	const char *meant;

	*map = maps_by_model(maps, model);
	if (*map)
		return 0;
	if (maps_error(maps) < 0)
		return maps_error(maps);
	meant = find(maps, model);
	if (!meant)
		return suggest(maps, model, option, failure);
	*map = maps_by_model(maps, meant);
	return maps_error(maps);
}
