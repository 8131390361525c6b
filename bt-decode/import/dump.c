/* Blocks of registers to reads. */
#include "dump.h"

#include <string.h>

#include "base/bytes.h"

/* Bytes before the registers in an answer to a read. */
#define HEADER 3

struct block {
	uint16_t first, count;
	uint8_t bytes[DUMP_BYTES];
};

int dump_open(struct dump *dump, const json_t *object, struct failure *failure)
{
	dump->registers = json_object_get(object, dump->key);
	if (!json_is_object(dump->registers))
		return object_refuse(failure, "%s: not an object", dump->key);
	dump->block = json_object_iter(dump->registers);
	return 0;
}

int dump_refuse_count(
	const struct dump *dump, const char *key, struct failure *failure)
{
	return object_refuse(failure, "%s: %s: more than %d of them", dump->key,
		key, MODBUS_READ_MAX);
}

/* The decimal address that is a block's key, or -1. */
static int block_address(const char *key)
{
	size_t length = strlen(key);
	int address = 0;

	if (length < 1 || length > 5 || (key[0] == '0' && length > 1) ||
		strspn(key, "0123456789") != length)
		return -1;
	for (; *key; key++)
		address = 10 * address + (*key - '0');
	return address <= UINT16_MAX ? address : -1;
}

/* The block at an iterator of the registers. */
static int read_block(const struct dump *dump, struct block *block,
	void *iterator, struct failure *failure)
{
	const char *key = json_object_iter_key(iterator);
	int first = block_address(key);
	int n;

	if (first < 0)
		return object_refuse(failure,
			"%s: %s: not a plain number up to 65535", dump->key,
			key);
	n = dump->read_bytes(dump, block->bytes, key,
		json_object_iter_value(iterator), failure);
	if (n < 0)
		return n;
	if (first + n / 2 > UINT16_MAX + 1)
		return object_refuse(failure, "%s: %s: extends beyond 65535",
			dump->key, key);
	block->first = (uint16_t)first;
	block->count = (uint16_t)(n / 2);
	return 0;
}

static void pass_block(struct dump *dump)
{
	dump->block = json_object_iter_next(dump->registers, dump->block);
}

/*
 * Joins the directly following blocks, up to the size of one read: blocks of
 * ten registers cut through texts and lists. bluetti-parse joins all blocks
 * too.
 */
static void join_blocks(struct dump *dump, struct block *block)
{
	struct failure failure;
	struct block next = { 0 };

	while (dump->block &&
		read_block(dump, &next, dump->block, &failure) == 0 &&
		next.first == block->first + block->count &&
		block->count + next.count <= MODBUS_READ_MAX) {
		memcpy(block->bytes + 2 * block->count, next.bytes,
			2 * next.count);
		block->count = (uint16_t)(block->count + next.count);
		pass_block(dump);
	}
}

static void set_read(struct frame_line *line, const struct block *block)
{
	uint8_t *answer = line->response;
	size_t length = HEADER + 2 * (size_t)block->count;

	line->kind = FRAME_LINE_EXCHANGE;
	line->request_length =
		modbus_build_read(line->request, 1, block->first, block->count);
	answer[0] = 1;
	answer[1] = MODBUS_READ;
	answer[2] = (uint8_t)(length - HEADER);
	memcpy(answer + HEADER, block->bytes, length - HEADER);
	put_le16(answer + length, modbus_crc(answer, length));
	line->response_length = length + 2;
	line->error_tag[0] = '\0';
}

int dump_next(
	struct dump *dump, struct frame_line *line, struct failure *failure)
{
	struct block block = { 0 };
	int error = 0;

	while (dump->block && error == 0 && block.count == 0) {
		error = read_block(dump, &block, dump->block, failure);
		pass_block(dump);
	}
	if (error < 0 || block.count == 0)
		return error;
	join_blocks(dump, &block);
	set_read(line, &block);
	return 1;
}
