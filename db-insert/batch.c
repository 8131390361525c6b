/* Lines gathered and parsed. */
#include "batch.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "base/errors.h"
#include "batch-internal.h"

/* Bytes that a record takes besides its values. */
#define RECORD_WEIGHT 1024

/*
 * Bytes that jansson takes at most for what a byte of JSON stands for: a
 * value, which has a comma behind it; its key and its places in hash tables
 * that are given up for larger ones; an object and a list, even if they are
 * empty; half of a text, besides its characters, which come twice: on their
 * way and where they stay.
 */
static const uint8_t weights[UINT8_MAX + 1] = {
	[','] = 48,
	[':'] = 64,
	['{'] = 240,
	['['] = 128,
	['"'] = 24,
};

struct batch *batch_new(int arena)
{
	struct batch *batch = calloc(1, sizeof *batch);

	if (batch)
		batch->arena = arena;
	return batch;
}

void batch_clear(struct batch *batch)
{
	bool on_heap = arena_taken(batch->arena) > ARENA_BYTES;

	for (size_t i = 0; i < batch->count; i++) {
		row_clear(&batch->rows[i]);
		if (on_heap)
			json_decref(batch->records[i].object);
	}
	for (size_t i = 0; i < batch->refusals; i++)
		free(batch->refusal[i].why);
	batch->lines = batch->parsed = batch->used = batch->reserved = 0;
	batch->count = batch->settled = batch->refusals = 0;
	arena_clear(batch->arena);
}

void batch_free(struct batch *batch)
{
	if (!batch)
		return;
	batch_clear(batch);
	free(batch->cells);
	free(batch);
}

/* --- lines --------------------------------------------------------------- */

static size_t weigh(const char *line, size_t length)
{
	size_t weight = RECORD_WEIGHT + 2 * length;

	for (size_t i = 0; i < length; i++)
		weight += weights[(unsigned char)line[i]];
	return weight;
}

static bool has_room(const struct batch *batch, size_t weight)
{
	return batch->lines < BATCH_LINES && batch->used <= BATCH_TEXT &&
		arena_taken(batch->arena) + batch->reserved + weight <=
		ARENA_BYTES;
}

bool batch_add(struct batch *batch, const struct spool_line *line,
	const struct origin *origin)
{
	size_t weight = weigh(line->text, line->length);
	bool is_too_large = weight > ARENA_BYTES;

	if (is_too_large)
		weight = 0;
	if (!has_room(batch, weight))
		return false;
	memcpy(batch->text + batch->used, line->text, line->length);
	batch->line[batch->lines++] = (struct line){ .offset = batch->used,
		.length = line->length,
		.weight = weight,
		.is_too_large = is_too_large,
		.origin = *origin };
	batch->used += line->length;
	batch->reserved += weight;
	batch->end = line->end;
	return true;
}

size_t batch_lines(const struct batch *batch)
{
	return batch->lines;
}

size_t batch_records(const struct batch *batch)
{
	return batch->count;
}

const struct spool_position *batch_end(const struct batch *batch)
{
	return &batch->end;
}

/* --- records ------------------------------------------------------------- */

static bool is_blank(const char *text, size_t length)
{
	while (length > 0 && strchr(" \t\r", text[length - 1]) &&
		text[length - 1])
		length--;
	return length == 0;
}

int batch_refuse(struct batch *batch, const struct line *line,
	const json_t *object, const char *why)
{
	char *copy = strdup(why);

	if (!copy)
		return -ENOMEM;
	batch->refusal[batch->refusals++] = (struct refusal){
		.origin = line->origin, .why = copy, .object = object
	};
	return 0;
}

static int parse(struct batch *batch, const struct line *line)
{
	const char *text = batch->text + line->offset;
	char why[RECORD_WHY];
	int error;

	if (is_blank(text, line->length))
		return 0;
	if (line->is_too_large)
		return batch_refuse(
			batch, line, NULL, "record has too many values");
	arena_use(batch->arena);
	error = record_read(
		&batch->records[batch->count], text, line->length, why);
	arena_use(-1);
	if (error == -BT_ERECORD)
		return batch_refuse(batch, line, NULL, why);
	if (error == 0)
		batch->from[batch->count++] = line;
	return error;
}

int batch_parse(struct batch *batch)
{
	const struct line *line = &batch->line[batch->parsed];
	int error;

	if (batch->parsed == batch->lines)
		return 0;
	error = parse(batch, line);
	if (error < 0)
		return error;
	batch->parsed++;
	batch->reserved -= line->weight;
	return 1;
}

size_t batch_refusals(const struct batch *batch)
{
	return batch->refusals;
}

const struct refusal *batch_refusal(const struct batch *batch, size_t number)
{
	return &batch->refusal[number];
}
