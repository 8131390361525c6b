/* Lines gathered. */
#include "batch.h"

#include <stdlib.h>

#include "transaction.h"

struct batch *batch_new(void)
{
	struct batch *batch = calloc(1, sizeof *batch);

	if (!batch)
		return NULL;
	batch->transaction = transaction_new();
	if (batch->transaction)
		return batch;
	free(batch);
	return NULL;
}

void batch_clear(struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		free(batch->lines[i].why);
	batch->count = batch->delivered = batch->used = batch->rows = 0;
	batch->part = 0;
	batch->timeouts = 0;
	batch->has_reloaded = false;
}

void batch_free(struct batch *batch)
{
	if (!batch)
		return;
	batch_clear(batch);
	transaction_free(batch->transaction);
	free(batch);
}

bool batch_has_room(const struct batch *batch)
{
	return batch->count < BATCH_LINES && batch->used <= BATCH_TEXT;
}

void batch_add(
	struct batch *batch, const struct spool_line *line, int64_t number)
{
	char *text = batch->text + batch->used;

	memcpy(text, line->text, line->length);
	text[line->length] = '\0';
	batch->lines[batch->count++] = (struct line){
		.text = text,
		.length = line->length,
		.number = number,
		.is_cut = line->is_cut,
		.state = line->state,
	};
	batch->used += line->length + 1;
}
