/* Secret fields of the maps. */
#include "secrets.h"

static void mark(struct coverage *coverage, const struct map_field *field)
{
	for (uint32_t i = 0; i < field->count; i++) {
		uint32_t a = (uint32_t)field->address + i;

		if (coverage_get(coverage, a) == COVERAGE_UNKNOWN)
			coverage_set(coverage, a, COVERAGE_SECRET);
	}
}

void secrets_mark(struct coverage *coverage, const struct maps *maps,
	int protocol, uint8_t unit_id)
{
	coverage_turn(coverage, COVERAGE_SECRET, COVERAGE_UNKNOWN);
	for (const struct map *m = NULL; (m = maps_next(maps, m));) {
		if (protocol != 0 && m->protocol != protocol)
			continue;
		for (size_t i = 0; i < m->field_count; i++)
			if (m->fields[i].is_secret &&
				m->fields[i].unit_id == unit_id)
				mark(coverage, &m->fields[i]);
	}
}
