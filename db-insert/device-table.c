/* The rows of the table device, and what is known of their devices. */
#include "device-table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "execute.h"
#include "query.h"
#include "sums.h"

/* Rows that there may be. */
#define ROWS_MAX 1000000

static const char update_device[] =
	"UPDATE device SET part_of = ?, name = ?, serial_number = ?, "
	"address = COALESCE(?, IF(address REGEXP "
	"'^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$', NULL, address)) WHERE id = ?";

/* Room for so many more rows. */
static int make_room(struct device_table *table, size_t rows)
{
	size_t room = table->room > 0 ? table->room : 16;
	void *memory;

	while (room < table->count + rows)
		room *= 2;
	memory = realloc(table->rows, room * sizeof *table->rows);
	if (!memory)
		return -ENOMEM;
	table->rows = memory;
	memory = realloc(table->identities, room * sizeof *table->identities);
	if (!memory)
		return -ENOMEM;
	table->identities = memory;
	table->room = room;
	return 0;
}

size_t device_table_add(struct device_table *table, uint32_t id,
	struct text identity, struct text name, const char *last)
{
	struct device_row *row = &table->rows[table->count];
	struct history_identity *entry = &table->identities[table->count];

	*entry = (struct history_identity){ .id = id };
	history_parse(entry, identity);
	if (entry->address.bytes)
		entry->name = name;
	*row = (struct device_row){ .name = name };
	snprintf(row->last, sizeof row->last, "%s", last);
	return table->count++;
}

size_t device_table_find(
	const struct device_table *table, const struct history_identity *entry)
{
	size_t i = 0;

	while (i < table->count &&
		!history_is_same(&table->identities[i], entry))
		i++;
	return i;
}

/* Whether a says later than b what the device is called. */
static bool is_newer(const struct device_table *table, size_t a, size_t b)
{
	const char *of_a = table->rows[a].last;
	const char *of_b = table->rows[b].last;
	bool a_is_future = strcmp(of_a, table->limit_text) > 0;
	bool b_is_future = strcmp(of_b, table->limit_text) > 0;
	struct text name_a = table->identities[a].name;
	struct text name_b = table->identities[b].name;
	int order = strcmp(of_a, of_b);

	if (a_is_future != b_is_future)
		return b_is_future;
	if (order == 0)
		order = memcmp(name_a.bytes, name_b.bytes,
			name_a.length < name_b.length ? name_a.length
						      : name_b.length);
	return order != 0 ? order > 0 : name_a.length > name_b.length;
}

size_t device_table_find_sibling(
	const struct device_table *table, const struct history_identity *entry)
{
	size_t found = table->count;

	for (size_t i = 0; i < table->count; i++) {
		const struct history_identity *other = &table->identities[i];

		if (!history_is_near(other, entry) ||
			(entry->serial_number.bytes &&
				other->serial_number.bytes))
			continue;
		if (found == table->count || is_newer(table, i, found))
			found = i;
	}
	return found;
}

void device_table_name(struct device_table *table, size_t row, struct text name)
{
	if (!name.bytes || !table->identities[row].address.bytes)
		return;
	table->identities[row].name = name;
	table->rows[row].name = name;
}

enum value { ID, IDENTITY, PART_OF, NAME, SERIAL_NUMBER, ADDRESS, LAST, KEPT };

/* Copies of the texts, in one piece that the row owns. */
static char *copy_texts(struct text texts[ADDRESS + 1], MYSQL_ROW values)
{
	size_t length = 0;
	char *memory, *next;

	for (int i = IDENTITY; i <= ADDRESS; i++)
		length += values[i] ? strlen(values[i]) : 0;
	memory = next = malloc(length + 1);
	for (int i = IDENTITY; memory && i <= ADDRESS; i++) {
		texts[i] = (struct text){ 0 };
		if (!values[i])
			continue;
		texts[i] = (struct text){ next, strlen(values[i]) };
		memcpy(next, values[i], texts[i].length);
		next += texts[i].length;
	}
	return memory;
}

static int take_row(void *data, MYSQL_ROW values, struct failure *failure)
{
	struct device_table *table = data;
	struct text texts[ADDRESS + 1];
	char *memory = copy_texts(texts, values);
	struct device_row *row;

	(void)failure;
	if (!memory || make_room(table, 1) < 0) {
		free(memory);
		return -ENOMEM;
	}
	row = &table->rows[device_table_add(table,
		(uint32_t)strtoul(values[ID], NULL, 10), texts[IDENTITY],
		texts[NAME], values[LAST])];
	row->memory = memory;
	row->serial_number = texts[SERIAL_NUMBER];
	row->address = texts[ADDRESS];
	if (values[PART_OF])
		row->part_of = (uint32_t)strtoul(values[PART_OF], NULL, 10);
	if (values[KEPT])
		snprintf(row->kept_from, sizeof row->kept_from, "%s",
			values[KEPT]);
	return 0;
}

int device_table_load(struct device_table *table, MYSQL *handle, size_t room,
	int64_t now, struct failure *failure)
{
	const struct query query = {
		.text = "SELECT id, identity, part_of, name, serial_number, "
			"address, last_seen, kept_from FROM device "
			"WHERE identity IS NOT NULL",
		.columns = KEPT + 1,
		.may_be_null = 1u << PART_OF | 1u << SERIAL_NUMBER |
			1u << ADDRESS | 1u << KEPT,
		.rows_max = ROWS_MAX,
		.take = take_row,
		.data = table,
	};
	int error;

	*table = (struct device_table){ .handle = handle };
	table->limit = row_format_time(table->limit_text, now + DEVICE_FUTURE);
	table->limit_text[table->limit.length] = '\0';
	table->statement = mysql_stmt_init(handle);
	if (!table->statement)
		return -ENOMEM;
	error = query_run(handle, &query, failure);
	return error < 0 ? error : make_room(table, room);
}

void device_table_release(struct device_table *table)
{
	if (table->statement)
		mysql_stmt_close(table->statement);
	for (size_t i = 0; i < table->count; i++)
		free(table->rows[i].memory);
	free(table->rows);
	free(table->identities);
}

/* --- devices -------------------------------------------------------------- */

/* What is known of the devices, each at the number of one of its rows. */
struct device_facts {
	struct text address; /* of Bluetooth, if there is one */
	size_t newest;	     /* row with an address; SIZE_MAX: none */
};

/* Rows of one device find their facts by its id. */
struct device_slot {
	uint32_t part_of; /* 0: free */
	struct device_facts facts;
};

static struct device_facts *find_facts(
	struct device_slot *slots, size_t size, uint32_t part_of)
{
	size_t slot = part_of % size;

	while (slots[slot].part_of != 0 && slots[slot].part_of != part_of)
		slot = (slot + 1) % size;
	if (slots[slot].part_of == 0) {
		slots[slot].part_of = part_of;
		slots[slot].facts.newest = SIZE_MAX;
	}
	return &slots[slot].facts;
}

static void gather_facts(const struct device_table *table,
	struct device_slot *slots, size_t size)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct history_identity *identity = &table->identities[i];
		struct device_facts *facts =
			find_facts(slots, size, identity->part_of);

		if (identity->address.bytes)
			facts->address = identity->address;
		if (identity->address.bytes &&
			(facts->newest == SIZE_MAX ||
				is_newer(table, i, facts->newest)))
			facts->newest = i;
	}
}

struct text device_format_number(char text[DEVICE_NUMBER], int64_t number)
{
	int length = snprintf(text, DEVICE_NUMBER, "%lld", (long long)number);

	return (struct text){ text, (size_t)length };
}

static bool is_same_text(struct text a, struct text b)
{
	return a.bytes && b.bytes ? text_is_same(a, b) : a.bytes == b.bytes;
}

/* Whether the row has this address; without one, whether it has no Bluetooth
 * address. */
static bool has_address(const struct device_row *row, struct text address)
{
	if (!address.bytes)
		return !row->address.bytes ||
			!record_is_bluetooth(row->address);
	return is_same_text(address, row->address);
}

static int store_device(struct device_table *table, size_t number,
	const struct device_facts *facts, struct failure *failure)
{
	const struct device_row *row = &table->rows[number];
	const struct history_identity *identity = &table->identities[number];
	struct text name = facts->newest == SIZE_MAX
		? row->name
		: table->identities[facts->newest].name;
	char part_of[DEVICE_NUMBER], id[DEVICE_NUMBER];
	int error = 0;

	if (identity->part_of == row->part_of &&
		is_same_text(name, row->name) &&
		is_same_text(identity->device_serial, row->serial_number) &&
		has_address(row, facts->address))
		return 0;
	if (row->part_of != 0 && row->part_of != identity->part_of)
		error = sums_move(table->handle, row->part_of,
			identity->part_of, failure);
	if (error < 0)
		return error;
	return execute_with(table->statement, update_device,
		(const struct text[]){
			device_format_number(part_of, identity->part_of), name,
			identity->device_serial, facts->address,
			device_format_number(id, identity->id) },
		5, failure);
}

int device_table_join(struct device_table *table, struct failure *failure)
{
	size_t size = 2 * table->count + 1;
	struct device_slot *slots = calloc(size, sizeof *slots);
	int error =
		slots ? history_join(table->identities, table->count) : -ENOMEM;

	if (error == 0)
		gather_facts(table, slots, size);
	for (size_t i = 0; i < table->count && error == 0; i++)
		error = store_device(table, i,
			find_facts(slots, size, table->identities[i].part_of),
			failure);
	free(slots);
	return error;
}
