/* Records to rows: which value goes to which column. */
#include "row.h"

#include <errno.h>

#include "table.h"

/* A row in the making: the fields without a column are gathered here. */
struct filler {
	struct row *row;
	struct row_memory memory; /* what is left of it */
	const struct record *record;
	struct schema *schema;
	const struct table *table;
	size_t next;   /* the column after that of the last key */
	json_t *extra; /* NULL while there are none */
	bool wants;
};

struct text row_format_time(char text[CLOCK_TEXT + 1], int64_t time)
{
	clock_format(text, time);
	text[10] = ' ';
	return (struct text){ text, CLOCK_TEXT - 1 };
}

bool row_set_has(const struct row_set *set, size_t column)
{
	return set->words[column / 64] >> (column % 64) & 1;
}

static void set_add(struct row_set *set, size_t column)
{
	set->words[column / 64] |= UINT64_C(1) << (column % 64);
}

/* --- texts that outlive the tree ------------------------------------------ */

/* Copies the text, unless it lies in the line. */
static int keep_text(struct filler *filler, struct text *text)
{
	struct row_memory *memory = &filler->memory;

	if (!filler->record->tree || !text->bytes)
		return 0;
	if (text->length > memory->texts_left)
		return ROW_FULL;
	memcpy(memory->texts, text->bytes, text->length);
	text->bytes = memory->texts;
	memory->texts += text->length;
	memory->texts_left -= text->length;
	return 0;
}

static int keep_json(
	struct filler *filler, struct text *text, const json_t *value)
{
	struct row_memory *memory = &filler->memory;
	size_t length = tree_write(value, memory->texts, memory->texts_left);

	if (length == 0)
		return -ENOMEM;
	if (length > memory->texts_left)
		return ROW_FULL;
	*text = (struct text){ memory->texts, length };
	memory->texts += length;
	memory->texts_left -= length;
	return 0;
}

static int keep_identity(struct filler *filler)
{
	struct identity *identity = &filler->row->identity;
	int result = keep_text(filler, &identity->device);

	if (result == 0)
		result = keep_text(filler, &identity->model);
	if (result == 0)
		result = keep_text(filler, &identity->address);
	return result;
}

/* --- cells ---------------------------------------------------------------- */

static int set_text(
	struct filler *filler, struct cell *cell, const struct field *field)
{
	struct text text = field->text;
	int result = field->kind == FIELD_LIST && field->value
		? keep_json(filler, &text, field->value)
		: keep_text(filler, &text);

	cell->kind = CELL_TEXT;
	cell->text = text.bytes;
	cell->length = (uint32_t)text.length;
	return result;
}

static int set_value(
	struct filler *filler, struct cell *cell, const struct field *field)
{
	switch (field->kind) {
	case FIELD_BOOLEAN:
		cell->kind = CELL_BOOLEAN;
		cell->boolean = field->boolean;
		return 0;
	case FIELD_INTEGER:
		cell->kind = CELL_NUMBER;
		cell->number = (double)field->integer;
		return 0;
	case FIELD_REAL:
		cell->kind = CELL_NUMBER;
		cell->number = field->real;
		return 0;
	case FIELD_TEXT:
	case FIELD_LIST:
		return set_text(filler, cell, field);
	case FIELD_NULL:
	case FIELD_OBJECT:
		break;
	}
	return 0;
}

/* A cell of the column: the value of the field, or NULL without one. */
static int add_cell(
	struct filler *filler, size_t column, const struct field *field)
{
	struct cell *cell = &filler->row->cells[filler->row->count];

	if (filler->row->count == filler->memory.cells_left)
		return ROW_FULL;
	cell->column = (uint16_t)column;
	cell->kind = CELL_NULL;
	filler->row->count++;
	set_add(&filler->row->set, column);
	return field ? set_value(filler, cell, field) : 0;
}

static int add_extra(struct filler *filler, const struct field *field)
{
	if (!field->value)
		return ROW_NEEDS_TREE;
	if (!filler->extra)
		filler->extra = json_object();
	if (!filler->extra ||
		json_object_set_nocheck(
			filler->extra, field->key.bytes, field->value) != 0)
		return -ENOMEM;
	return 0;
}

/* Keys mostly come in the order of their columns. */
static int find_column(struct filler *filler, struct text key)
{
	size_t next = filler->next;
	int column = (int)next;

	if (next >= filler->table->count ||
		!column_has_name(&filler->table->columns[next], key))
		column = table_find(filler->table, key);
	if (column >= 0)
		filler->next = (size_t)column + 1;
	return column;
}

static int add_field(struct filler *filler, const struct field *field)
{
	int column;

	/* Absent and null are the same. */
	if (field->kind == FIELD_NULL)
		return 0;
	column = find_column(filler, field->key);
	if (column < 0) {
		filler->wants |=
			schema_want(filler->schema, filler->row->table, field);
		return add_extra(filler, field);
	}
	if (row_set_has(&filler->row->set, (size_t)column))
		return 0;
	if (!column_takes(&filler->table->columns[(size_t)column], field))
		return add_extra(filler, field);
	return add_cell(filler, (size_t)column, field);
}

/* --- the whole record ----------------------------------------------------- */

/* What is out of its range is not known: NULL, whatever was there before. */
static int add_out_of_range(struct filler *filler, const json_t *names)
{
	size_t i;
	json_t *name;

	json_array_foreach (names, i, name) {
		struct text text = { json_string_value(name),
			json_string_length(name) };
		int column = text.bytes ? table_find(filler->table, text) : -1;
		int result = 0;

		if (column < 0 ||
			row_set_has(&filler->row->set, (size_t)column))
			continue;
		if (filler->table->columns[(size_t)column].kind != COLUMN_OTHER)
			result = add_cell(filler, (size_t)column, NULL);
		if (result != 0)
			return result;
	}
	return 0;
}

static bool is_always_extra(struct text key)
{
	/* Fields are many and these few: most differ in the first byte. */
	switch (key.length > 0 ? key.bytes[0] : 0) {
	case 'o':
		return text_equals(key, "out_of_range");
	case 'f':
		return text_equals(key, "failed");
	case 'r':
		return text_equals(key, "registers");
	}
	return false;
}

static int add_fields(struct filler *filler)
{
	const struct record *record = filler->record;
	int result = add_out_of_range(
		filler, json_object_get(record->tree, "out_of_range"));

	for (size_t i = 0; i < record->count && result == 0; i++) {
		const struct field *field = &record->fields[i];

		if (field->is_identity)
			continue;
		if (is_always_extra(field->key))
			result = add_extra(filler, field);
		else
			result = add_field(filler, field);
	}
	return result;
}

static int add_all(struct filler *filler)
{
	int result = keep_identity(filler);

	if (result == 0)
		result = add_fields(filler);
	if (result == 0 && filler->extra) {
		set_add(&filler->row->set, ROW_SET_EXTRA);
		result = keep_json(filler, &filler->row->extra, filler->extra);
	}
	return result;
}

int row_fill(struct row *row, struct row_memory *memory,
	const struct record *record, struct schema *schema)
{
	struct filler filler = { .row = row,
		.memory = *memory,
		.record = record,
		.schema = schema };
	int result;

	*row = (struct row){ .identity = record->identity,
		.table = record->identity.pack ? TABLE_PACK_SAMPLE
					       : TABLE_SAMPLE,
		.cells = memory->cells };
	filler.table = schema_table(schema, row->table);
	result = add_all(&filler);
	json_decref(filler.extra);
	if (result != 0)
		return result;
	*memory = filler.memory;
	memory->cells += row->count;
	memory->cells_left -= row->count;
	return filler.wants ? ROW_WANTS : ROW_FILLED;
}
