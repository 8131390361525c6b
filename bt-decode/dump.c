/* Blocks of registers to reads. */
#include "dump.h"

#include <string.h>

#include "base/bytes.h"
#include "base/errors.h"
#include "base/hex.h"

/* Bytes before the registers in an answer to a read. */
#define HEADER 3

struct block {
	uint16_t first, count;
	uint8_t bytes[2 * MODBUS_READ_MAX];
};

bool dump_fits(const json_t *object)
{
	/* A record, bt-records(5), may have registers too. */
	return json_object_get(object, "registers") &&
		(json_object_get(object, "mac") ||
			json_object_get(object, "iotVersion"));
}

static int read_mac(
	struct dump *dump, const json_t *object, struct failure *failure)
{
	struct address address;
	const char *text;

	dump->address[0] = '\0';
	if (!json_object_get(object, "mac"))
		return 0;
	text = object_text(object, "mac", failure);
	if (!text)
		return -BT_ECLASSIC;
	if (address_parse(&address, text) < 0)
		return object_refuse(
			failure, "mac: not an address like 00:11:22:33:44:55");
	address_format(dump->address, &address);
	return 0;
}

int dump_open(struct dump *dump, const json_t *object, struct failure *failure)
{
	dump->registers = json_object_get(object, "registers");
	if (!json_is_object(dump->registers))
		return object_refuse(failure, "registers: not an object");
	dump->block = json_object_iter(dump->registers);
	return read_mac(dump, object, failure);
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

/* Its bytes, all whole registers; their number. */
static int read_bytes(uint8_t bytes[2 * MODBUS_READ_MAX], const char *key,
	const json_t *value, struct failure *failure)
{
	int n;

	if (!json_is_string(value))
		return object_refuse(failure, "registers: %s: not a text", key);
	n = hex_decode(bytes, 2 * MODBUS_READ_MAX, json_string_value(value),
		json_string_length(value));
	if (n == -BT_ELENGTH)
		return object_refuse(failure,
			"registers: %s: more than %d of them", key,
			MODBUS_READ_MAX);
	if (n < 0)
		return object_refuse(
			failure, "registers: %s: %s", key, error_text(n));
	if (n % 2 != 0)
		return object_refuse(failure,
			"registers: %s: half a register at the end", key);
	return n;
}

/* The block at an iterator of the registers. */
static int read_block(struct block *block, void *place, struct failure *failure)
{
	const char *key = json_object_iter_key(place);
	int first = block_address(key);
	int n;

	if (first < 0)
		return object_refuse(failure,
			"registers: %s: not a plain number up to 65535", key);
	n = read_bytes(
		block->bytes, key, json_object_iter_value(place), failure);
	if (n < 0)
		return n;
	if (first + n / 2 > UINT16_MAX + 1)
		return object_refuse(
			failure, "registers: %s: goes on beyond 65535", key);
	block->first = (uint16_t)first;
	block->count = (uint16_t)(n / 2);
	return 0;
}

static void pass_block(struct dump *dump)
{
	dump->block = json_object_iter_next(dump->registers, dump->block);
}

/*
 * Joins the blocks that come right behind this one, as far as one read can
 * have them: a block of ten registers cuts through texts and lists, and
 * bluetti-parse puts all blocks together too.
 */
static void join_blocks(struct dump *dump, struct block *block)
{
	struct failure failure;
	struct block next;

	while (dump->block && read_block(&next, dump->block, &failure) == 0 &&
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
	line->word[0] = '\0';
}

int dump_next(
	struct dump *dump, struct frame_line *line, struct failure *failure)
{
	struct block block = { 0 };
	int error = 0;

	while (dump->block && error == 0 && block.count == 0) {
		error = read_block(&block, dump->block, failure);
		pass_block(dump);
	}
	if (error < 0 || block.count == 0)
		return error;
	join_blocks(dump, &block);
	set_read(line, &block);
	return 1;
}
