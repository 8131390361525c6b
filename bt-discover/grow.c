/*
 * Extends a served register to both ends of its run.
 *
 * If the station refuses blocks with a missing register: the first block is as
 * long as a known block, or as most blocks. If it is refused, one of its
 * registers is not served, or the block is too long: then half of it is read.
 * If that is answered, the missing register is in the other half. A refused
 * single register ends the run.
 */
#include "search-registers.h"

/* The step between the registers that are read to find one that is not served.
 */
#define STRIDE 64

/* Few runs are longer than that; behind it blocks are as long as can be. */
#define FIRST_BLOCK 64

/* The number of known blocks to try before halving. */
#define HINTED_TRIES 2

/* --- whether blocks are right -------------------------------------------- */

static enum coverage_state state(const struct search *s, uint32_t address)
{
	return coverage_get(&s->probe->coverage, address);
}

/* Reads a register that is still in this state. 0 or an error; its new state is
 * in the coverage. */
static int check(struct search *s, uint32_t address, enum coverage_state still)
{
	int result =
		state(s, address) == still ? probe_one(s->probe, address) : 0;

	return result < 0 ? result : probe_judge(s->probe);
}

/* Moves a served register and a missing one above it towards each other until
 * they are neighbours. */
static int narrow(struct search *s, uint32_t *served, uint32_t *absent)
{
	while (*absent - *served > 1) {
		uint32_t middle = *served + (*absent - *served) / 2;
		int error = check(s, middle, COVERAGE_UNKNOWN);

		if (error < 0)
			return error;
		if (state(s, middle) == COVERAGE_SERVED)
			*served = middle;
		else
			*absent = middle;
	}
	return 0;
}

static int try_edge(struct search *s, uint32_t served)
{
	int moved;
	/* A register that was silent once may be served. */
	int error = check(s, served + 1, COVERAGE_QUIET);

	if (error < 0 || state(s, served + 1) != COVERAGE_ABSENT)
		return error;
	moved = probe_edge(s->probe, served);
	if (moved == 0)
		s->blocks = SEARCH_WHOLE;
	if (moved == 1)
		s->blocks = SEARCH_MOVED;
	return moved < 0 ? moved : 0;
}

int grow_learn(struct search *search, uint32_t address)
{
	uint32_t last = search->probe->coverage.last;
	uint32_t served = address, absent = address;
	int error = 0;

	while (error == 0 && state(search, absent) == COVERAGE_SERVED) {
		served = absent;
		if (served == last)
			return 0;
		absent = served + STRIDE < last ? served + STRIDE : last;
		error = check(search, absent, COVERAGE_UNKNOWN);
	}
	if (error == 0)
		error = narrow(search, &served, &absent);
	return error < 0 ? error : try_edge(search, served);
}

/* --- up and down -------------------------------------------------------- */

/* A search from a served register: registers are counted by their distance from
 * it. */
struct way {
	uint32_t begin;
	bool is_down;
	unsigned done;	 /* registers that are served for sure */
	unsigned failed; /* a register below this distance is probably not
			  * served; 0: unknown */
	unsigned hinted; /* known blocks that were tried */
	bool can_end; /* the run may end here: a refused register is known, the
		       * registers of a refused block are not */
};

static uint32_t next_of(const struct way *way)
{
	return way->is_down ? way->begin - way->done : way->begin + way->done;
}

/* The rest of a known block; 0 if there is none. */
static unsigned rest_of_hint(const struct search *s, struct way *way)
{
	uint32_t next = next_of(way);
	uint32_t limit = way->failed ? way->begin + way->failed - 1 : 0x10000;
	int32_t end = -1;

	if (!way->is_down && way->hinted < HINTED_TRIES)
		end = hints_end(s->hints, next, limit);
	if (end < 0)
		return 0;
	way->hinted++;
	return (unsigned)end - next + 1;
}

/* How many registers to ask for next; 0: none is left. */
static unsigned choose_count(const struct search *s, struct way *way)
{
	const struct coverage *coverage = &s->probe->coverage;
	unsigned most =
		coverage_room(coverage, next_of(way), way->is_down, s->largest);
	unsigned count;

	if (most < 2 || s->blocks != SEARCH_WHOLE)
		return most > 0;
	if (way->can_end) {
		way->can_end = false;
		return 1;
	}
	count = rest_of_hint(s, way);
	way->can_end = count > 0;
	if (count == 0 && way->failed)
		count = (way->failed - way->done) / 2;
	else if (count == 0)
		count = way->done < 2 ? FIRST_BLOCK : most;
	if (count > most)
		return most;
	return count > 0 ? count : 1;
}

static int ask(const struct search *s, const struct way *way, unsigned count)
{
	uint32_t next = next_of(way);

	if (count == 1)
		return probe_one(s->probe, next);
	return probe_block(
		s->probe, way->is_down ? next - count + 1 : next, count);
}

/* Continues after the served registers. If all registers of an unanswered block
 * are served, the block was too long. */
static void advance(struct search *s, struct way *way)
{
	while (state(s, next_of(way)) == COVERAGE_SERVED)
		way->done++;
	if (way->failed == 0 || way->done < way->failed)
		return;
	s->largest = s->longest;
	way->failed = 0;
}

static int walk(struct search *s, uint32_t begin, bool is_down)
{
	struct way way = { begin, is_down, .can_end = is_down };
	unsigned count;

	advance(s, &way);
	while ((count = choose_count(s, &way)) > 0) {
		int result = ask(s, &way, count);

		if (result < 0)
			return result;
		if (result == 0 && count == 1)
			return 0;
		if (result == 0) {
			way.failed = way.done + count;
			way.can_end = false;
		} else if (count > s->longest) {
			s->longest = count;
		}
		advance(s, &way);
	}
	return 0;
}

static bool has_room(const struct search *s, uint32_t address)
{
	return state(s, address - 1) == COVERAGE_UNKNOWN ||
		state(s, address + 1) == COVERAGE_UNKNOWN;
}

int grow(struct search *search, uint32_t address)
{
	int error = 0;

	if (search->blocks == SEARCH_UNSURE && has_room(search, address))
		error = grow_learn(search, address);
	if (error == 0)
		error = walk(search, address - 1, true);
	if (error == 0)
		error = walk(search, address + 1, false);
	return error;
}
