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

void batch_add(struct batch *batch, const char *text, size_t length,
	int64_t number, bool is_cut)
{
	memcpy(batch->text + batch->used, text, length);
	batch->text[batch->used + length] = '\0';
	batch->lines[batch->count++] = (struct line){
		.text = batch->text + batch->used,
		.length = length,
		.number = number,
		.is_cut = is_cut,
	};
	batch->used += length + 1;
}
