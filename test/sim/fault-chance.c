/*
 * Faults by chance. The numbers are those of SplitMix64 (Steele, Lea, Flood:
 * Fast Splittable Pseudorandom Number Generators, 2014), begun anew for each
 * event, so that one event more or less changes no other.
 */
#include "fault-rule.h"

/* The step of SplitMix64: 2^64 divided by the golden ratio. */
#define STEP UINT64_C(0x9e3779b97f4a7c15)

/* Of a thousand events that are struck, those that are struck once more. */
#define ONE_MORE 250
#define AT_ONCE_MAX 3

/* PDUs are so many, and so much hangs on each, that few can be struck. */
#define PDU_SHARE 20

/* What can be drawn: how often against the others, and with which argument. */
struct lot {
	enum fault_kind kind;
	unsigned weight;
	unsigned least, most;
};

static const struct lot request_lots[] = {
	{ FAULT_LATE, 12, 0, 8000 },
	{ FAULT_FRAGMENT, 12, 1, 20 },
	{ FAULT_SILENCE, 6, 0, 0 },
	{ FAULT_CRC, 6, 0, 0 },
	{ FAULT_TRUNCATE, 6, 1, 20 },
	{ FAULT_JOINED, 6, 0, 0 },
	{ FAULT_DUPLICATE, 6, 0, 0 },
	{ FAULT_EXCEPTION, 4, 1, 6 },
	{ FAULT_BUSY, 4, 0, 0 },
	{ FAULT_STRAY, 4, 1, 20 },
	{ FAULT_GARBAGE, 4, 1, 64 },
	{ FAULT_DROP, 4, 0, 0 },
	{ FAULT_DROP_AFTER, 4, 0, 0 },
	{ FAULT_RESET_AFTER, 4, 0, 0 },
	{ FAULT_ATT_ERROR, 3, 0x01, 0x11 },
	{ FAULT_WRONG_COUNT, 3, 0, 0 },
	{ FAULT_WRONG_UNIT, 2, 0, 0 },
	{ FAULT_WRONG_FUNCTION, 2, 0, 0 },
	{ FAULT_AT_NAME, 2, 0, 0 },
	{ FAULT_AT_ADV, 2, 0, 0 },
	{ FAULT_STALL, 2, 0, 0 },
	{ FAULT_MUTE, 2, 0, 0 },
	{ FAULT_PEER_MTU, 2, 0, 0 },
	{ FAULT_PEER_REQUEST, 2, 0, 0 },
	{ FAULT_INDICATION, 2, 0, 0 },
	{ 0 },
};

static const struct lot connection_lots[] = {
	{ FAULT_REFUSE, 6, 0, 0 },
	{ FAULT_MTU, 4, 23, 64 },
	{ FAULT_FRAGMENT, 4, 1, 20 },
	{ FAULT_NO_SERVICE, 2, 0, 0 },
	{ FAULT_NO_NOTIFY, 2, 0, 0 },
	{ FAULT_STALL, 2, 0, 0 },
	{ FAULT_MUTE, 2, 0, 0 },
	{ 0 },
};

static const struct lot pdu_lots[] = {
	{ FAULT_DROP, 4, 0, 0 },
	{ FAULT_ATT_ERROR, 3, 0x01, 0x11 },
	{ FAULT_PEER_MTU, 2, 0, 0 },
	{ FAULT_PEER_REQUEST, 2, 0, 0 },
	{ FAULT_INDICATION, 2, 0, 0 },
	{ FAULT_STRAY, 2, 1, 20 },
	{ FAULT_SILENCE, 2, 0, 0 },
	{ FAULT_AT_NAME, 1, 0, 0 },
	{ FAULT_STALL, 1, 0, 0 },
	{ FAULT_MUTE, 1, 0, 0 },
	{ 0 },
};

static uint64_t chance_next(struct chance *chance)
{
	uint64_t z = chance->state += STEP;

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

struct chance chance_at(
	uint64_t seed, enum fault_scope scope, unsigned a, unsigned b)
{
	struct chance chance = { seed };

	chance.state = chance_next(&chance) + scope;
	chance.state = chance_next(&chance) + a;
	chance.state = chance_next(&chance) + b;
	return chance;
}

unsigned chance_number(struct chance *chance, unsigned least, unsigned most)
{
	uint64_t span = (uint64_t)most - least + 1;

	return least + (unsigned)(chance_next(chance) % span);
}

static const struct lot *draw_lot(struct chance *chance, const struct lot *lots)
{
	unsigned total = 0;
	unsigned n;

	for (const struct lot *lot = lots; lot->weight > 0; lot++)
		total += lot->weight;
	n = chance_number(chance, 1, total);
	while (n > lots->weight)
		n -= lots++->weight;
	return lots;
}

static void draw(
	struct chance *chance, const struct lot *lots, struct fault *fault)
{
	const struct lot *lot = draw_lot(chance, lots);

	*fault = (struct fault){
		.kind = lot->kind,
		.number = chance_number(chance, lot->least, lot->most),
	};
	if (fault_table[lot->kind].argument != ARGUMENT_HEX)
		return;
	fault->length = fault->number;
	for (size_t i = 0; i < fault->length; i++)
		fault->bytes[i] = (uint8_t)chance_number(chance, 0, UINT8_MAX);
}

size_t chance_draw(struct chance *chance, enum fault_scope scope,
	unsigned per_mille, struct fault *faults, size_t most)
{
	const struct lot *lots = scope == AT_REQUEST ? request_lots
		: scope == AT_CONNECTION	     ? connection_lots
						     : pdu_lots;
	unsigned hit = scope == AT_PDU ? per_mille * 1000 / PDU_SHARE
				       : per_mille * 1000;
	size_t count = 0;

	if (most > AT_ONCE_MAX)
		most = AT_ONCE_MAX;
	while (count < most && chance_number(chance, 1, 1000000) <= hit) {
		draw(chance, lots, &faults[count++]);
		hit = ONE_MORE * 1000;
	}
	return count;
}
