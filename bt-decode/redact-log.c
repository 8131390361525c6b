/* Two ways through a log: to learn its secrets, and to mask them. */
#include "redact-log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/output.h"
#include "frame-data.h"
#include "mask.h"
#include "model/register-value.h"
#include "redact.h"
#include "register-pages.h"
#include "scratch-file.h"
#include "secret-registers.h"
#include "traces.h"

struct redact_log {
	const struct maps *maps;
	struct redact *redact;
	struct traces *traces;
	/* Registers of secret fields: one field may arrive in several reads. */
	struct register_pages *image;
	FILE *file; /* of struct stored, each with its line behind it */
};

/* A line in the file with its struct redact_line. */
struct stored {
	const struct map *map;
	int64_t serial;
	unsigned number;
	uint16_t station, length;
	bool is_certain;
};

/* --- secrets ------------------------------------------------------------- */

/* The registers of a field, as far as they were read; false if some were not.
 */
static bool get_words(uint16_t *words, const struct redact_log *log,
	struct register_address at, const struct map_field *field)
{
	for (uint16_t i = 0; i < field->count; i++) {
		const struct register_state *state;

		at.address = (uint16_t)(field->address + i);
		state = register_pages_find(log->image, &at);
		if (!state)
			return false;
		words[i] = state->value;
	}
	return true;
}

static int add_secret(struct redact_log *log, const struct register_address *at,
	const struct map_field *field)
{
	uint16_t words[MODBUS_READ_MAX];
	char text[2 * MODBUS_READ_MAX + 1];

	if (field->count > MODBUS_READ_MAX ||
		!get_words(words, log, *at, field))
		return 0;
	if (field->type == MAP_SERIAL)
		return traces_add_number(log->traces, identity_serial(words));
	if (register_text(text, words, field->count,
		    field->type == MAP_STRING_SWAPPED) <= 0)
		return 0;
	return traces_add_text(log->traces, text);
}

/* Keeps the field's registers in the frame. False if it has none, or if there
 * is no room. */
static bool keep_words(struct redact_log *log, struct register_address at,
	const struct frame_data *data, const struct map_field *field)
{
	bool is_kept = false;

	for (unsigned i = 0; i < data->count; i++) {
		struct register_state *state;

		at.address = (uint16_t)(data->address + i);
		if (at.address < field->address ||
			at.address >= field->address + field->count)
			continue;
		state = register_pages_add(log->image, &at);
		if (!state)
			return false;
		state->value = get_be16(data->bytes + 2 * i);
		state->reads = 1;
		is_kept = true;
	}
	return is_kept;
}

/* Where a map that is known to be the station's has secrets. */
static int learn_fields(struct redact_log *log, struct redact_line *taken)
{
	struct frame_data data;
	struct mask_fields fields = {
		.maps = log->maps,
		.known = taken->map,
	};
	struct register_address at = { .station = taken->station };
	const struct map_field *field;
	int error = 0;

	if (!taken->map || !frame_data(&data, &taken->line))
		return 0;
	fields.unit_id = at.unit_id = data.unit_id;
	while (error == 0 && (field = mask_fields_next(&fields)))
		if (keep_words(log, at, &data, field))
			error = add_secret(log, &at, field);
	return error;
}

static int learn_line(struct redact_log *log, struct redact_line *taken)
{
	const char *name = taken->line.name;
	int error = learn_fields(log, taken);

	if (error == 0)
		error = traces_add_number(log->traces, taken->serial);
	if (error == 0)
		error = traces_add_name(log->traces,
			name + mask_prefix_length(name, log->maps));
	return error;
}

/* --- the first way ------------------------------------------------------- */

static int store_line(struct redact_log *log, const struct redact_line *taken)
{
	char text[FRAME_LINE_MAX];
	size_t length = frame_line_format(text, &taken->line) - 1;
	struct stored stored = {
		.map = taken->map,
		.serial = taken->serial,
		.number = taken->number,
		.station = taken->station,
		.length = (uint16_t)length,
		.is_certain = taken->is_certain,
	};

	return fwrite(&stored, sizeof stored, 1, log->file) == 1 &&
			fwrite(text, length, 1, log->file) == 1
		? 0
		: -errno;
}

/* Moves lines of which all is known into the file. */
static int store_lines(struct redact_log *log)
{
	struct redact_line taken;
	int error = 0;

	while (error == 0 && redact_take(log->redact, &taken)) {
		error = learn_line(log, &taken);
		if (error == 0)
			error = store_line(log, &taken);
	}
	return error;
}

int redact_log_learn(struct redact_log *log, const struct poll *poll)
{
	redact_learn(log->redact, poll);
	return traces_add_number(log->traces, poll->identity.serial);
}

int redact_log_add(struct redact_log *log, const struct frame_line *line)
{
	int error = redact_add(log->redact, line);

	return error < 0 ? error : store_lines(log);
}

/* --- the second way ------------------------------------------------------ */

/* Reads the next line of the file; 0 after the last one. */
static int read_line(struct redact_log *log, struct redact_line *taken)
{
	char text[FRAME_LINE_MAX];
	struct stored stored;
	const char *field;

	if (fread(&stored, sizeof stored, 1, log->file) != 1)
		return ferror(log->file) ? -EIO : 0;
	if (fread(text, stored.length, 1, log->file) != 1 ||
		frame_line_parse(&taken->line, text, stored.length, &field) < 0)
		return -EIO;
	taken->map = stored.map;
	taken->serial = stored.serial;
	taken->number = stored.number;
	taken->station = stored.station;
	taken->is_certain = stored.is_certain;
	return 1;
}

static int learn_secrets(
	struct redact_log *log, struct secret_registers *registers)
{
	struct redact_line taken;
	int result = 1;

	rewind(log->file);
	while (result > 0 && (result = read_line(log, &taken)) > 0)
		result = secret_registers_learn(registers, &taken) < 0
			? -ENOBUFS
			: 1;
	return result;
}

static int print_lines(
	struct redact_log *log, struct secret_registers *registers)
{
	char text[FRAME_LINE_MAX];
	struct redact_line taken;
	int result = 1;

	rewind(log->file);
	while (result > 0 && (result = read_line(log, &taken)) > 0) {
		size_t length;
		int error;

		secret_registers_mask(registers, &taken);
		traces_mask_text(log->traces, taken.line.address, taken.number);
		length = redact_format(log->redact, &taken, text);
		error = output_line(text, length);
		if (error < 0)
			result = error;
	}
	return result;
}

int redact_log_write(struct redact_log *log, bool is_cut)
{
	struct secret_registers *registers;
	int error;

	if (!is_cut)
		redact_finish(log->redact);
	error = store_lines(log);
	register_pages_free(log->image);
	log->image = NULL;
	if (error == 0 && fflush(log->file) != 0)
		error = -errno;
	if (error < 0)
		return error;
	registers = secret_registers_new(log->traces);
	error = registers ? learn_secrets(log, registers) : -ENOMEM;
	if (error == 0)
		error = print_lines(log, registers);
	secret_registers_free(registers);
	return error;
}

/* --- life ---------------------------------------------------------------- */

struct redact_log *redact_log_new(
	const struct maps *maps, const struct map *map, struct failure *failure)
{
	struct redact_log *log = calloc(1, sizeof *log);

	if (!log)
		return NULL;
	log->maps = maps;
	log->redact = redact_new(maps, map);
	log->traces = traces_new();
	log->image = register_pages_new();
	if (log->redact && log->traces && log->image)
		log->file = scratch_file(failure);
	if (log->file)
		return log;
	redact_log_free(log);
	return NULL;
}

void redact_log_free(struct redact_log *log)
{
	if (!log)
		return;
	if (log->file)
		fclose(log->file);
	register_pages_free(log->image);
	traces_free(log->traces);
	redact_free(log->redact);
	free(log);
}
