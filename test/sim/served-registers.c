/*
 * Registers served from an image. MODBUS Application Protocol 1.1b3; what a
 * power station does in its own way (packs, silence) from the image.
 */
#include "served-registers.h"

#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/errors.h"

enum exception {
	NONE = 0,
	ILLEGAL_FUNCTION = 1,
	ILLEGAL_ADDRESS = 2,
	ILLEGAL_VALUE = 3,
};

/* Unit, function, address, count, byte count: before written values. */
#define WRITE_MANY_HEADER 7

void registers_init(struct registers *registers, struct image *image,
	struct counters *counters)
{
	*registers = (struct registers){
		.image = image,
		.counters = counters,
		.pack = 1,
		.data = 1,
	};
}

static void settle(struct registers *r)
{
	if (r->next_pack != 0 && clock_left(r->next_pack_at) == 0) {
		if (r->pack != r->next_pack)
			r->data_at = r->next_pack_at + r->image->lag_ms;
		r->pack = r->next_pack;
		r->next_pack = 0;
	}
	if (clock_left(r->data_at) == 0)
		r->data = r->pack;
}

/* A pack that is not there is never shown. */
static void select_pack(struct registers *r, uint8_t unit, uint16_t pack)
{
	if (!image_bank(r->image, unit, pack))
		return;
	r->next_pack = pack;
	r->next_pack_at = clock_monotonic() + r->image->settle_ms;
}

/* The bank that serves an address: that of the pack, else the common one. */
static struct bank *find_bank(
	const struct registers *r, uint8_t unit, uint16_t address)
{
	struct bank *bank = image_bank(r->image, unit, r->data);

	if (bank && bank->served[address])
		return bank;
	bank = image_bank(r->image, unit, 0);
	return bank && bank->served[address] ? bank : NULL;
}

static uint16_t read_register(
	const struct registers *r, const struct bank *bank, uint16_t address)
{
	const struct image *image = r->image;

	if (image->has_packs && address == image->shows)
		return (uint16_t)r->pack;
	if (r->data != r->pack && image->lags_by_zero && bank->pack != 0)
		return 0;
	for (size_t i = 0; i < image->change_count; i++)
		if (ranges_have(&image->changes[i].range, 1, address))
			return (uint16_t)(bank->value[address] +
				r->counters->reads / image->changes[i].reads);
	return bank->value[address];
}

/* The bank of the next register that is served, from *address on; NULL behind
 * the last one. */
static struct bank *find_next(
	const struct registers *r, uint8_t unit, uint32_t *address)
{
	struct bank *bank = NULL;

	while (!bank && *address <= UINT16_MAX)
		bank = find_bank(r, unit, (uint16_t)(*address)++);
	return bank;
}

/* As an AC50B does it: test/data/ac50b-blocks.log. */
static enum exception serve_moved(struct registers *r,
	const struct modbus_request *request, uint8_t *answer)
{
	uint32_t next = request->address;

	if (!find_bank(r, request->unit_id, request->address))
		return ILLEGAL_ADDRESS;
	for (unsigned i = 0; i < request->count; i++) {
		struct bank *bank = find_next(r, request->unit_id, &next);

		put_be16(answer + 3 + 2 * i,
			bank ? read_register(r, bank, (uint16_t)(next - 1))
			     : 0);
	}
	return NONE;
}

static enum exception serve_read(struct registers *r,
	const struct modbus_request *request, uint8_t *answer, size_t *length)
{
	answer[2] = (uint8_t)(2 * request->count);
	*length = 3 + 2u * request->count;
	if (r->image->largest > 0 && request->count > r->image->largest)
		return ILLEGAL_ADDRESS;
	if (r->image->gaps == GAPS_MOVE)
		return serve_moved(r, request, answer);
	for (unsigned i = 0; i < request->count; i++) {
		uint16_t address = (uint16_t)(request->address + i);
		const struct bank *bank =
			find_bank(r, request->unit_id, address);

		if (!bank)
			return ILLEGAL_ADDRESS;
		put_be16(answer + 3 + 2 * i, read_register(r, bank, address));
	}
	return NONE;
}

static enum exception serve_write(struct registers *r,
	const struct modbus_request *request, const uint8_t *values)
{
	const struct image *image = r->image;

	for (unsigned i = 0; i < request->count; i++) {
		uint16_t address = (uint16_t)(request->address + i);

		if (!find_bank(r, request->unit_id, address) ||
			!ranges_have(image->writable, image->writable_count,
				address))
			return ILLEGAL_ADDRESS;
	}
	for (unsigned i = 0; i < request->count; i++) {
		uint16_t address = (uint16_t)(request->address + i);
		uint16_t value = get_be16(values + 2 * i);

		find_bank(r, request->unit_id, address)->value[address] = value;
		if (image->has_packs && address == image->selector)
			select_pack(r, request->unit_id, value);
	}
	return NONE;
}

static void count_request(
	struct counters *counters, const struct modbus_request *request)
{
	bool reads = request->function == MODBUS_READ;

	if (reads)
		counters->reads++;
	else
		counters->writes++;
	counters_add(counters, reads ? "read" : "write", request->address,
		request->count);
}

/* Answers begin as their requests do: unit, function, and for a write
 * address and value or count. */
static enum exception serve(struct registers *r,
	const struct modbus_request *request, const uint8_t *frame,
	uint8_t *answer, size_t *length)
{
	memcpy(answer, frame, MODBUS_SHORT_FRAME - 2);
	*length = MODBUS_SHORT_FRAME - 2;
	switch (request->function) {
	case MODBUS_READ:
		return serve_read(r, request, answer, length);
	case MODBUS_WRITE_ONE:
		return serve_write(r, request, frame + 4);
	case MODBUS_WRITE_MANY:
		return serve_write(r, request, frame + WRITE_MANY_HEADER);
	}
	return ILLEGAL_FUNCTION;
}

static size_t refuse(struct registers *r, const uint8_t *frame,
	uint8_t exception, uint8_t *answer)
{
	r->counters->exceptions++;
	answer[0] = frame[0];
	answer[1] = frame[1] | MODBUS_EXCEPTION;
	answer[2] = exception;
	return 3;
}

static enum exception refused_function(const uint8_t *frame)
{
	switch (frame[1]) {
	case MODBUS_READ:
	case MODBUS_WRITE_ONE:
	case MODBUS_WRITE_MANY:
		return ILLEGAL_VALUE;
	}
	return ILLEGAL_FUNCTION;
}

static bool stays_silent(const struct registers *r,
	const struct modbus_request *request, uint8_t exception)
{
	if (request->function == MODBUS_READ)
		return r->image->gaps == GAPS_SILENT &&
			exception == ILLEGAL_ADDRESS;
	return ranges_have(
		r->image->silent, r->image->silent_count, request->address);
}

size_t registers_serve(struct registers *registers, const uint8_t *request,
	size_t length, uint8_t refusal, uint8_t answer[MODBUS_FRAME_MAX])
{
	struct modbus_request parsed = { 0 };
	uint8_t exception = refusal;
	size_t used = 0;
	int error = modbus_parse_request(&parsed, request, length);

	if (error < 0 && error != -BT_EREQUEST) {
		registers->counters->bad_frames++;
		return 0;
	}
	if (!image_bank(registers->image, request[0], 0))
		return 0;

	settle(registers);
	if (error == 0)
		count_request(registers->counters, &parsed);
	if (exception == NONE)
		exception =
			(uint8_t)(error < 0 ? refused_function(request)
					    : serve(registers, &parsed, request,
						      answer, &used));
	if (error == 0 && stays_silent(registers, &parsed, exception))
		return 0;
	if (exception != NONE)
		used = refuse(registers, request, exception, answer);
	/* The one word that MODBUS sends low byte first. */
	put_le16(answer + used, modbus_crc(answer, used));
	return used + 2;
}
