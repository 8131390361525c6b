/*
 * Merging in time that grows with the length. The functions of the server would
 * do it in time that grows with its square: a record of 200 KB takes minutes.
 */
#include "extra.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/errors.h"
#include "query.h"
#include "server-error.h"
#include "table.h"

/* Bytes that extra of a row may grow to. */
#define EXTRA_MAX (4 * RECORD_MAX)

/* Bytes of the condition that names a row. */
#define WHERE_BYTES 128

/* Lists of which the union is kept, not the newer one. */
static const char *const united[] = { "failed", "out_of_range" };

struct merge {
	struct text add; /* extra of the record */
	char *text;	 /* what it becomes, for free(); NULL: no change */
	size_t length;
};

/* --- JSON ----------------------------------------------------------------- */

/* Appends the items that are not known yet, and makes them known. */
static int append_new(json_t *result, json_t *known, const json_t *list)
{
	size_t i;
	json_t *item;

	json_array_foreach (list, i, item) {
		char *text = json_dumps(
			item, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
		int error = text ? 0 : -ENOMEM;

		if (text && !json_object_get(known, text) &&
			(json_object_set_new(known, text, json_true()) != 0 ||
				json_array_append(result, item) != 0))
			error = -ENOMEM;
		free(text);
		if (error < 0)
			return error;
	}
	return 0;
}

/* Replaces a list of the newer object by the union with the older one's. */
static int unite(json_t *newer, const json_t *older, const char *key)
{
	json_t *a = json_object_get(older, key);
	json_t *b = json_object_get(newer, key);
	json_t *result, *known;
	int error = -ENOMEM;

	if (!json_is_array(a) || !json_is_array(b))
		return 0;
	result = json_array();
	known = json_object();
	if (result && known)
		error = append_new(result, known, a);
	if (error == 0)
		error = append_new(result, known, b);
	if (error == 0 && json_object_set(newer, key, result) != 0)
		error = -ENOMEM;
	json_decref(result);
	json_decref(known);
	return error;
}

static int merge_trees(json_t *older, json_t *newer)
{
	for (size_t i = 0; i < sizeof united / sizeof united[0]; i++) {
		int error = unite(newer, older, united[i]);

		if (error < 0)
			return error;
	}
	return json_object_update_recursive(older, newer) == 0 ? 0 : -ENOMEM;
}

static int write_tree(struct merge *merge, const json_t *tree)
{
	merge->text = malloc(EXTRA_MAX);
	if (!merge->text)
		return -ENOMEM;
	merge->length = tree_write(tree, merge->text, EXTRA_MAX);
	return merge->length > 0 ? 0 : -ENOMEM;
}

static int merge_texts(
	struct merge *merge, const char *there, struct failure *failure)
{
	json_t *older = json_loads(there, JSON_REJECT_DUPLICATES, NULL);
	json_t *newer =
		json_loadb(merge->add.bytes, merge->add.length, 0, NULL);
	int error = newer ? 0 : -ENOMEM;

	if (!json_is_object(older))
		error = failure_set(failure, -BT_ERECORD,
			"column extra of its row is not a JSON object");
	if (error == 0)
		error = merge_trees(older, newer);
	if (error == 0)
		error = write_tree(merge, older);
	json_decref(older);
	json_decref(newer);
	if (error == 0 && merge->length > EXTRA_MAX)
		error = failure_set(failure, -BT_ERECORD,
			"column extra of its row would be longer than %d bytes",
			EXTRA_MAX);
	return error;
}

static int take_extra(void *data, MYSQL_ROW row, struct failure *failure)
{
	return merge_texts(data, row[0], failure);
}

/* --- rows ----------------------------------------------------------------- */

/* Nothing but numbers and a time, which are this program's. */
static void write_where(char where[WHERE_BYTES], const struct row *row)
{
	char time[CLOCK_TEXT + 1], pack[32] = "";
	struct text text = row_format_time(time, row->identity.time);

	if (row->table == TABLE_PACK_SAMPLE)
		snprintf(pack, sizeof pack, " AND pack = %d",
			row->identity.pack);
	snprintf(where, WHERE_BYTES, "WHERE device_id = %u AND time = '%.*s'%s",
		row->device, (int)text.length, text.bytes, pack);
}

static int update(MYSQL *handle, const char *text, const struct merge *merge,
	struct failure *failure)
{
	MYSQL_STMT *statement = mysql_stmt_init(handle);
	MYSQL_BIND bind = { .buffer_type = MYSQL_TYPE_STRING,
		.buffer = merge->text,
		.buffer_length = merge->length };
	int error = 0;

	if (!statement)
		return -ENOMEM;
	if (mysql_stmt_prepare(statement, text, strlen(text)) != 0 ||
		mysql_stmt_bind_param(statement, &bind) != 0 ||
		mysql_stmt_execute(statement) != 0)
		error = failure_set(failure,
			server_error(mysql_stmt_errno(statement)), "%s",
			mysql_stmt_error(statement));
	mysql_stmt_close(statement);
	return error;
}

static int merge_row(const struct session *session, const struct row *row,
	struct failure *failure)
{
	const char *name = schema_table(session->schema, row->table)->name;
	struct merge merge = { .add = row->extra };
	char where[WHERE_BYTES], text[WHERE_BYTES + 128];
	const struct query query = { .text = text,
		.columns = 1,
		.rows_max = 1,
		.take = take_extra,
		.data = &merge };
	int error;

	write_where(where, row);
	snprintf(text, sizeof text, "SELECT extra FROM %s %s FOR UPDATE", name,
		where);
	error = query_run(session->handle, &query, failure);
	snprintf(text, sizeof text, "UPDATE %s SET extra = ? %s", name, where);
	if (error == 0 && merge.text)
		error = update(session->handle, text, &merge, failure);
	free(merge.text);
	return error;
}

static int take_mark(void *data, MYSQL_ROW row, struct failure *failure)
{
	(void)failure;
	*(bool *)data = row[0] && strcmp(row[0], "1") == 0;
	return 0;
}

int extra_merge(const struct session *session, const struct row *rows,
	const uint32_t *list, size_t count, struct failure *failure)
{
	bool is_unmerged = false;
	const struct query query = {
		.text = "SELECT @unmerged, @unmerged := 0",
		.columns = 2,
		.may_be_null = 1,
		.rows_max = 1,
		.take = take_mark,
		.data = &is_unmerged,
	};
	int error = query_run(session->handle, &query, failure);

	for (size_t i = 0; i < count && is_unmerged && error == 0; i++)
		error = merge_row(session, &rows[list[i]], failure);
	return error;
}
