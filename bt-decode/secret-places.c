/* The registers of each station as they were read last, with secrets in them.
 */
#include "secret-places.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "frame-data.h"
#include "register-pages.h"

/* Registers around those of a frame that a secret may reach into: the longest
 * is the name of a network, 64 bytes. */
#define AROUND 32

_Static_assert(2 * (MODBUS_READ_MAX + 2 * AROUND) <= TRACES_BYTES,
	"a frame and what is around it can be looked through at once");

/* Where a word of a run of registers is from. */
struct run {
	size_t count;
	uint8_t bytes[TRACES_BYTES];
	struct register_place places[TRACES_BYTES / 2];
};

/* The last registers of the frame before. */
struct tail {
	uint8_t count, unit_id;
	uint16_t address;
	uint8_t bytes[2 * AROUND];
};

struct secret_places {
	const struct traces *traces;
	struct register_pages *image, *secret;
	struct tail *tails[REDACT_STATIONS];
};

/* --- runs of registers --------------------------------------------------- */

static void add_word(struct run *run, const struct register_place *place,
	const uint8_t *bytes)
{
	memcpy(run->bytes + 2 * run->count, bytes, 2);
	run->places[run->count++] = *place;
}

/* Registers from the image, as far as they are there. */
static void add_known(struct run *run, const struct secret_places *places,
	struct register_place place, unsigned count)
{
	for (; count > 0; count--, place.address++) {
		const struct register_state *state =
			register_pages_find(places->image, &place);
		uint8_t bytes[2];

		if (!state)
			return;
		put_be16(bytes, state->value);
		add_word(run, &place, bytes);
	}
}

/* How many registers before this one are known, AROUND at most. */
static unsigned count_before(
	const struct secret_places *places, struct register_place place)
{
	unsigned count = 0;

	while (count < AROUND && place.address > 0) {
		place.address--;
		if (!register_pages_find(places->image, &place))
			break;
		count++;
	}
	return count;
}

/* Marks the places of the secrets in a run. */
static int mark(struct secret_places *places, const struct run *run)
{
	bool found[TRACES_BYTES] = { false };

	if (!traces_find(places->traces, run->bytes, 2 * run->count, found))
		return 0;
	for (size_t i = 0; i < run->count; i++) {
		struct register_state *state;

		if (!found[2 * i] && !found[2 * i + 1])
			continue;
		state = register_pages_add(places->secret, &run->places[i]);
		if (!state)
			return -ENOSPC;
		state->reads = 1;
	}
	return 0;
}

/* --- learning ------------------------------------------------------------ */

/* Lines without a name and an address may be of several stations, which are
 * told apart by their protocols at least. */
static struct register_place place_of(
	const struct redact_line *taken, const struct frame_data *data)
{
	bool is_known = taken->line.address[0] || taken->line.name[0];

	return (struct register_place){
		.station = taken->station,
		.pack = !is_known && taken->map ? (uint8_t)taken->map->protocol
						: 0,
		.unit_id = data->unit,
		.address = data->address,
	};
}

/* When there is no room, all that was read before is forgotten: no station has
 * so many registers that a secret would be cut through by that. */
static bool keep_word(struct secret_places *places,
	const struct register_place *place, uint16_t word)
{
	struct register_state *state = register_pages_add(places->image, place);

	if (!state) {
		register_pages_clear(places->image);
		state = register_pages_add(places->image, place);
	}
	if (!state)
		return false;
	state->value = word;
	state->reads = 1;
	return true;
}

/* The registers of the frame, and those around it. */
static int learn_image(struct secret_places *places,
	const struct redact_line *taken, const struct frame_data *data)
{
	struct register_place place = place_of(taken, data);
	struct run run = { .count = 0 };
	unsigned before;

	for (unsigned i = 0; i < data->count; i++, place.address++)
		if (!keep_word(places, &place, get_be16(data->bytes + 2 * i)))
			return -ENOMEM;
	place = place_of(taken, data);
	before = count_before(places, place);
	place.address = (uint16_t)(place.address - before);
	add_known(&run, places, place, before + data->count + AROUND);
	return mark(places, &run);
}

/* The end of the frame before, and the beginning of this one: some stations
 * move registers together, so these follow one another without being
 * neighbours. */
static int learn_seam(struct secret_places *places,
	const struct redact_line *taken, const struct frame_data *data)
{
	struct tail *tail = places->tails[taken->station];
	struct register_place place = place_of(taken, data);
	struct run run = { .count = 0 };

	if (!tail)
		return 0;
	place.unit_id = tail->unit_id;
	place.address = tail->address;
	for (unsigned i = 0; i < tail->count; i++, place.address++)
		add_word(&run, &place, tail->bytes + 2 * i);
	place = place_of(taken, data);
	for (unsigned i = 0; i < data->count && i < AROUND; i++) {
		add_word(&run, &place, data->bytes + 2 * i);
		place.address++;
	}
	return mark(places, &run);
}

static int keep_tail(struct secret_places *places,
	const struct redact_line *taken, const struct frame_data *data)
{
	struct tail *tail = places->tails[taken->station];
	unsigned count = data->count < AROUND ? data->count : AROUND;
	unsigned first = data->count - count;

	if (!tail)
		tail = places->tails[taken->station] = calloc(1, sizeof *tail);
	if (!tail)
		return -ENOMEM;
	tail->count = (uint8_t)count;
	tail->unit_id = data->unit;
	tail->address = (uint16_t)(data->address + first);
	memcpy(tail->bytes, data->bytes + 2 * first, 2 * (size_t)count);
	return 0;
}

int secret_places_learn(struct secret_places *places, struct redact_line *taken)
{
	struct frame_data data;
	int error;

	if (!frame_data(&data, &taken->line))
		return 0;
	error = learn_image(places, taken, &data);
	if (error == 0)
		error = learn_seam(places, taken, &data);
	if (error == 0)
		error = keep_tail(places, taken, &data);
	return error;
}

/* --- masking ------------------------------------------------------------- */

void secret_places_mask(struct secret_places *places, struct redact_line *taken)
{
	bool masked[2 * MODBUS_READ_MAX] = { false };
	struct register_place place;
	struct frame_data data;

	if (!frame_data(&data, &taken->line))
		return;
	traces_mask(places->traces, data.bytes, 2 * (size_t)data.count, masked);
	place = place_of(taken, &data);
	for (unsigned i = 0; i < data.count; i++, place.address++)
		if (!masked[2 * i] && !masked[2 * i + 1] &&
			register_pages_find(places->secret, &place))
			put_be16(data.bytes + 2 * i, 0);
	frame_data_renew(&taken->line);
}

/* --- life ---------------------------------------------------------------- */

struct secret_places *secret_places_new(const struct traces *traces)
{
	struct secret_places *places = calloc(1, sizeof *places);

	if (!places)
		return NULL;
	places->traces = traces;
	places->image = register_pages_new();
	places->secret = register_pages_new();
	if (places->image && places->secret)
		return places;
	secret_places_free(places);
	return NULL;
}

void secret_places_free(struct secret_places *places)
{
	if (!places)
		return;
	register_pages_free(places->image);
	register_pages_free(places->secret);
	for (size_t i = 0; i < REDACT_STATIONS; i++)
		free(places->tails[i]);
	free(places);
}
