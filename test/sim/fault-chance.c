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
/* A handshake has four messages at least. */
#define MESSAGE_SHARE 4

/* What can be drawn: how often against the others, and with which argument. */
struct lot {
	enum fault_kind kind;
	unsigned weight;
	unsigned least, most;
};

/* The first ones are for a station that encrypts. */
#define ENCRYPTED_LOTS 2
static const struct lot request_lots[] = {
	{ FAULT_REKEY, 2, 0, 0 },
	{ FAULT_REKEY_INSIDE, 2, 0, 0 },
	{ FAULT_LATE, 12, 0, 8000 },
	{ FAULT_FRAGMENT, 12, 1, 20 },
	{ FAULT_SILENCE, 6, 0, 0 },
	{ FAULT_CRC, 6, 0, 0 },
	{ FAULT_TRUNCATE, 6, 1, 20 },
	{ FAULT_JOINED, 6, 0, 0 },
	{ FAULT_DUPLICATE, 6, 0, 0 },
	{ FAULT_AGAIN, 8, 45, 1000 },
	{ FAULT_KEPT, 6, 5000, 16000 },
	{ FAULT_PREMATURE, 4, 1, 6 },
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

/* What a radio does. What the other side does wrong is no chance. */
static const struct lot message_lots[] = {
	{ FAULT_FRAGMENT, 12, 1, 20 },
	{ FAULT_LATE, 6, 0, 3000 },
	{ FAULT_DUPLICATE, 6, 0, 0 },
	{ FAULT_SILENCE, 4, 0, 0 },
	{ FAULT_JOINED, 4, 0, 0 },
	{ FAULT_DROP, 4, 0, 0 },
	{ FAULT_DROP_AFTER, 2, 0, 0 },
	{ FAULT_RESET_AFTER, 2, 0, 0 },
	{ FAULT_TRUNCATE, 2, 1, 20 },
	{ FAULT_GARBAGE, 2, 1, 64 },
	{ FAULT_STRAY, 2, 1, 20 },
	{ FAULT_AT_NAME, 1, 0, 0 },
	{ FAULT_STALL, 1, 0, 0 },
	{ FAULT_MUTE, 1, 0, 0 },
	{ FAULT_PEER_MTU, 1, 0, 0 },
	{ FAULT_PEER_REQUEST, 1, 0, 0 },
	{ FAULT_INDICATION, 1, 0, 0 },
	{ 0 },
};

/* To a request in the clear. */
static const struct lot plain_lots[] = {
	{ FAULT_ATT_ERROR, 2, 0x0e, 0x0e },
	{ FAULT_DROP, 2, 0, 0 },
	{ FAULT_STALL, 1, 0, 0 },
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
	unsigned span = most - least;

	return least + (unsigned)(chance_next(chance) % ((uint64_t)span + 1));
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

/* What can strike there, and one in how many events of that share. */
static const struct lot *find_lots(
	enum fault_scope scope, bool encrypts, unsigned *share)
{
	*share = 1;
	switch (scope) {
	case AT_REQUEST:
		return encrypts ? request_lots : request_lots + ENCRYPTED_LOTS;
	case AT_CONNECTION:
		return connection_lots;
	case AT_PDU:
		*share = PDU_SHARE;
		return pdu_lots;
	case AT_CHALLENGE:
	case AT_RESULT:
	case AT_KEY:
	case AT_KEY_RESULT:
		*share = MESSAGE_SHARE;
		return message_lots;
	case AT_PLAIN:
		break;
	}
	return plain_lots;
}

size_t chance_draw(struct chance *chance, enum fault_scope scope, bool encrypts,
	unsigned per_mille, struct fault *faults, size_t most)
{
	unsigned share;
	const struct lot *lots = find_lots(scope, encrypts, &share);
	unsigned hit = per_mille * 1000 / share;
	size_t count = 0;

	if (most > AT_ONCE_MAX)
		most = AT_ONCE_MAX;
	while (count < most && chance_number(chance, 1, 1000000) <= hit) {
		draw(chance, lots, &faults[count++]);
		hit = ONE_MORE * 1000;
	}
	return count;
}
