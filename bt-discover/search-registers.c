/* The passes: likely registers first, then all. */
#include "search-registers.h"

#include "modbus/modbus.h"
#include "summary.h"

/* Grids, the coarsest first. Blocks usually start at round numbers. */
static const unsigned grids[] = { 100, 50, 20, 10, 5, 2, 1 };
#define GRIDS (sizeof grids / sizeof grids[0])
/* The grids of a quick search. */
#define COARSE_GRIDS 3
/* Fields of the maps follow after this many grids. */
#define GRIDS_BEFORE_FIELDS 1

void search_init(struct search *search, struct probe *probe,
	const struct hints *hints, bool is_quick)
{
	*search = (struct search){
		.probe = probe,
		.hints = hints,
		.largest = MODBUS_READ_MAX,
		.longest = 1,
		.is_quick = is_quick,
	};
}

/* --- time that is left -------------------------------------------------- */

static unsigned finest(const struct search *s)
{
	return grids[(s->is_quick ? COARSE_GRIDS : GRIDS) - 1];
}

static uint32_t first_point(const struct coverage *coverage, unsigned step)
{
	return ((uint32_t)coverage->first + step - 1) / step * step;
}

/* Counts the requests that are left if no other register is served. */
static void count_left(struct search *s)
{
	const struct coverage *coverage = &s->probe->coverage;
	unsigned step = finest(s);

	if (step == 1) {
		s->probe->left = coverage->counts[COVERAGE_UNKNOWN];
		return;
	}
	s->probe->left = 0;
	for (uint32_t a = first_point(coverage, step); a <= coverage->last;
		a += step)
		s->probe->left += coverage_get(coverage, a) == COVERAGE_UNKNOWN;
}

/* --- passes ------------------------------------------------------------- */

int search_visit(struct search *search, uint32_t address)
{
	struct probe *probe = search->probe;
	int result;

	if (coverage_get(&probe->coverage, address) != COVERAGE_UNKNOWN)
		return 0;
	if (talk_has_usr1(&probe->talk)) {
		progress_clear(&probe->progress);
		summary_counts(probe);
	}
	count_left(search);
	result = probe_one(probe, address);
	return result == 1 ? grow(search, address) : result;
}

/* Visits the hints of a kind: hints_block() or hints_group(). */
static int visit_hints(
	struct search *s, int32_t (*hint)(const struct hints *hints, size_t n))
{
	int32_t address;
	int error = 0;

	for (size_t n = 0; error == 0 && (address = hint(s->hints, n)) >= 0;
		n++)
		error = search_visit(s, (uint32_t)address);
	return error;
}

static int visit_grid(struct search *s, unsigned step)
{
	const struct coverage *coverage = &s->probe->coverage;
	int error = 0;

	for (uint32_t a = first_point(coverage, step);
		error == 0 && a <= coverage->last; a += step)
		error = search_visit(s, a);
	return error < 0 ? error : probe_judge(s->probe);
}

/* The runs of a former output may have been cut off while they grew. */
static int grow_known(struct search *s)
{
	uint32_t first = 0, last;
	int error = 0;

	for (; error == 0 && coverage_run(&s->probe->coverage, &first, &last);
		first = last + 1) {
		error = grow(s, first);
		if (error == 0)
			error = grow(s, last);
		while (coverage_get(&s->probe->coverage, last + 1) ==
			COVERAGE_SERVED)
			last++;
	}
	return error;
}

/* --- second checks ------------------------------------------------------ */

static bool is_served(const struct search *s, uint32_t address)
{
	return coverage_get(&s->probe->coverage, address) == COVERAGE_SERVED;
}

/*
 * An answer may have been lost. If the station is silent for all missing
 * registers, only those next to a served register are read twice.
 */
static bool is_doubtful(const struct search *s, uint32_t address)
{
	return coverage_get(&s->probe->coverage, address) == COVERAGE_QUIET &&
		(s->probe->talk.has_refused || is_served(s, address + 1) ||
			is_served(s, address - 1));
}

static int check_doubtful(struct search *s)
{
	const struct coverage *coverage = &s->probe->coverage;
	int error = 0;

	for (uint32_t a = coverage->first; error == 0 && a <= coverage->last;
		a++) {
		int result;

		if (!is_doubtful(s, a))
			continue;
		result = probe_one(s->probe, a);
		error = result == 1 ? grow(s, a) : result;
	}
	return error < 0 ? error : probe_judge(s->probe);
}

static bool has_doubtful(const struct search *s)
{
	const struct coverage *coverage = &s->probe->coverage;

	if (!s->is_quick && coverage->counts[COVERAGE_UNKNOWN] > 0)
		return true;
	for (uint32_t a = coverage->first; a <= coverage->last; a++)
		if (is_doubtful(s, a))
			return true;
	return false;
}

/* Asks once more for registers that failed. */
static int try_failed(struct search *s)
{
	struct coverage *coverage = &s->probe->coverage;
	int error = 0;

	for (uint32_t a = coverage->first; error == 0 && a <= coverage->last;
		a++) {
		if (coverage_get(coverage, a) != COVERAGE_FAILED)
			continue;
		coverage_set(coverage, a, COVERAGE_UNKNOWN);
		error = search_visit(s, a);
	}
	return error < 0 ? error : probe_judge(s->probe);
}

int search_run(struct search *search)
{
	size_t count = search->is_quick ? COARSE_GRIDS : GRIDS;
	int error = grow_known(search);

	if (error == 0)
		error = visit_hints(search, hints_block);
	for (size_t i = 0; error == 0 && i < count; i++) {
		error = visit_grid(search, grids[i]);
		if (error == 0 && i + 1 == GRIDS_BEFORE_FIELDS)
			error = visit_hints(search, hints_group);
	}
	/* Registers whose silence proved nothing become unknown again. */
	while (error == 0 && has_doubtful(search)) {
		error = visit_grid(search, finest(search));
		if (error == 0)
			error = check_doubtful(search);
	}
	return error < 0 ? error : try_failed(search);
}
