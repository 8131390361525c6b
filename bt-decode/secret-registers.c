/* The registers of each station as they were read last, with secrets in them.
 */
#include "secret-registers.h"

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
	struct register_address list[TRACES_BYTES / 2];
};

/* The last registers of the frame before. */
struct tail {
	uint8_t count, unit_id;
	uint16_t address;
	uint8_t bytes[2 * AROUND];
};

struct secret_registers {
	const struct traces *traces;
	struct register_pages *image, *secret;
	struct tail *tails[REDACT_STATIONS];
};

/* --- runs of registers --------------------------------------------------- */

static void add_word(struct run *run, const struct register_address *at,
	const uint8_t *bytes)
{
	memcpy(run->bytes + 2 * run->count, bytes, 2);
	run->list[run->count++] = *at;
}

/* Registers from the image, as far as they are there. */
static void add_known(struct run *run, const struct secret_registers *registers,
	struct register_address at, unsigned count)
{
	for (; count > 0; count--, at.address++) {
		const struct register_state *state =
			register_pages_find(registers->image, &at);
		uint8_t bytes[2];

		if (!state)
			return;
		put_be16(bytes, state->value);
		add_word(run, &at, bytes);
	}
}

/* The number of known registers directly before this one, at most AROUND. */
static unsigned count_before(
	const struct secret_registers *registers, struct register_address at)
{
	unsigned count = 0;

	while (count < AROUND && at.address > 0) {
		at.address--;
		if (!register_pages_find(registers->image, &at))
			break;
		count++;
	}
	return count;
}

/* Marks the registers of the secrets in a run. */
static int mark(struct secret_registers *registers, const struct run *run)
{
	bool found[TRACES_BYTES] = { false };

	if (!traces_find(registers->traces, run->bytes, 2 * run->count, found))
		return 0;
	for (size_t i = 0; i < run->count; i++) {
		struct register_state *state;

		if (!found[2 * i] && !found[2 * i + 1])
			continue;
		state = register_pages_add(registers->secret, &run->list[i]);
		if (!state)
			return -ENOSPC;
		state->reads = 1;
	}
	return 0;
}

/* --- learning ------------------------------------------------------------ */

/* Lines without name and address may be of several stations; at least the
 * protocol distinguishes them. */
static struct register_address address_of(
	const struct redact_line *taken, const struct frame_data *data)
{
	bool is_known = taken->line.address[0] || taken->line.name[0];

	return (struct register_address){
		.station = taken->station,
		.pack = !is_known && taken->map ? (uint8_t)taken->map->protocol
						: 0,
		.unit_id = data->unit_id,
		.address = data->address,
	};
}

/* Without room, drops all registers read before: no station has so many
 * registers that this would cut through a secret. */
static bool keep_word(struct secret_registers *registers,
	const struct register_address *at, uint16_t word)
{
	struct register_state *state = register_pages_add(registers->image, at);

	if (!state) {
		register_pages_clear(registers->image);
		state = register_pages_add(registers->image, at);
	}
	if (!state)
		return false;
	state->value = word;
	state->reads = 1;
	return true;
}

/* The registers of the frame, and those around it. */
static int learn_image(struct secret_registers *registers,
	const struct redact_line *taken, const struct frame_data *data)
{
	struct register_address at = address_of(taken, data);
	struct run run = { .count = 0 };
	unsigned before;

	for (unsigned i = 0; i < data->count; i++, at.address++)
		if (!keep_word(registers, &at, get_be16(data->bytes + 2 * i)))
			return -ENOMEM;
	at = address_of(taken, data);
	before = count_before(registers, at);
	at.address = (uint16_t)(at.address - before);
	add_known(&run, registers, at, before + data->count + AROUND);
	return mark(registers, &run);
}

/* The end of the previous frame and the beginning of this one: some stations
 * shift registers, so parts of a secret may follow one another without being
 * neighbours. */
static int learn_seam(struct secret_registers *registers,
	const struct redact_line *taken, const struct frame_data *data)
{
	struct tail *tail = registers->tails[taken->station];
	struct register_address at = address_of(taken, data);
	struct run run = { .count = 0 };

	if (!tail)
		return 0;
	at.unit_id = tail->unit_id;
	at.address = tail->address;
	for (unsigned i = 0; i < tail->count; i++, at.address++)
		add_word(&run, &at, tail->bytes + 2 * i);
	at = address_of(taken, data);
	for (unsigned i = 0; i < data->count && i < AROUND; i++) {
		add_word(&run, &at, data->bytes + 2 * i);
		at.address++;
	}
	return mark(registers, &run);
}

static int keep_tail(struct secret_registers *registers,
	const struct redact_line *taken, const struct frame_data *data)
{
	struct tail *tail = registers->tails[taken->station];
	unsigned count = data->count < AROUND ? data->count : AROUND;
	unsigned first = data->count - count;

	if (!tail)
		tail = registers->tails[taken->station] =
			calloc(1, sizeof *tail);
	if (!tail)
		return -ENOMEM;
	tail->count = (uint8_t)count;
	tail->unit_id = data->unit_id;
	tail->address = (uint16_t)(data->address + first);
	memcpy(tail->bytes, data->bytes + 2 * first, 2 * (size_t)count);
	return 0;
}

int secret_registers_learn(
	struct secret_registers *registers, struct redact_line *taken)
{
	struct frame_data data;
	int error;

	if (!frame_data(&data, &taken->line))
		return 0;
	error = learn_image(registers, taken, &data);
	if (error == 0)
		error = learn_seam(registers, taken, &data);
	if (error == 0)
		error = keep_tail(registers, taken, &data);
	return error;
}

/* --- masking ------------------------------------------------------------- */

void secret_registers_mask(
	struct secret_registers *registers, struct redact_line *taken)
{
	bool masked[2 * MODBUS_READ_MAX] = { false };
	struct register_address at;
	struct frame_data data;

	if (!frame_data(&data, &taken->line))
		return;
	traces_mask(
		registers->traces, data.bytes, 2 * (size_t)data.count, masked);
	at = address_of(taken, &data);
	for (unsigned i = 0; i < data.count; i++, at.address++)
		if (!masked[2 * i] && !masked[2 * i + 1] &&
			register_pages_find(registers->secret, &at))
			put_be16(data.bytes + 2 * i, 0);
	frame_data_renew(&taken->line);
}

/* --- life ---------------------------------------------------------------- */

struct secret_registers *secret_registers_new(const struct traces *traces)
{
	struct secret_registers *registers = calloc(1, sizeof *registers);

	if (!registers)
		return NULL;
	registers->traces = traces;
	registers->image = register_pages_new();
	registers->secret = register_pages_new();
	if (registers->image && registers->secret)
		return registers;
	secret_registers_free(registers);
	return NULL;
}

void secret_registers_free(struct secret_registers *registers)
{
	if (!registers)
		return;
	register_pages_free(registers->image);
	register_pages_free(registers->secret);
	for (size_t i = 0; i < REDACT_STATIONS; i++)
		free(registers->tails[i]);
	free(registers);
}
