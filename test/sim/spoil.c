/* Bytes made wrong. */
#include "spoil.h"

#include <string.h>

#include "base/bytes.h"
#include "modbus/modbus.h"
#include "station/secure-message.h"

/* --- MODBUS -------------------------------------------------------------- */

/* The CRC anew, so that only what was changed is wrong. */
static void reseal(uint8_t *frame, size_t length)
{
	put_le16(frame + length - 2, modbus_crc(frame, length - 2));
}

/* A read of one register less, or of one more where there is only one; a
 * write to another register. An exception tells neither. */
static size_t spoil_count(uint8_t *frame, size_t length)
{
	int change = frame[2] > 2 || length > 7 ? -2 : 2;

	if (frame[1] == MODBUS_READ) {
		put_be16(frame + length - 2, 0);
		frame[2] = (uint8_t)(frame[2] + change);
		length += (size_t)change;
	} else if (!(frame[1] & MODBUS_EXCEPTION)) {
		frame[3] ^= 1;
	}
	return length;
}

size_t spoil_frame(uint8_t *frame, size_t length, const struct played *played)
{
	if (length == 0)
		return 0;
	for (size_t i = 0; i < played->count; i++) {
		switch ((int)played->faults[i].kind) {
		case FAULT_WRONG_UNIT:
			frame[0]++;
			break;
		case FAULT_WRONG_FUNCTION:
			frame[1] ^= 0x07;
			break;
		case FAULT_WRONG_COUNT:
			length = spoil_count(frame, length);
			break;
		default:
			continue;
		}
		reseal(frame, length);
	}
	/* At last, so that nothing makes it good again. */
	if (played_find(played, FAULT_CRC))
		frame[length - 1] ^= 0x55;
	return length;
}

/* --- handshake ----------------------------------------------------------- */

#define BODY (HANDSHAKE_FRAME - 2)

/* Over type, length and body. */
static void sum_up(uint8_t *message, size_t length)
{
	unsigned sum = 0;

	for (size_t i = 2; i < length - 2; i++)
		sum += message[i];
	put_be16(message + length - 2, (uint16_t)sum);
}

static size_t resize(uint8_t *message, size_t length, int change)
{
	message[length - 2] = 0;
	message[3] = (uint8_t)(message[3] + change);
	return length + (size_t)change;
}

size_t spoil_message(
	uint8_t *message, size_t length, const struct played *played)
{
	for (size_t i = 0; i < played->count; i++) {
		const struct fault *fault = &played->faults[i];

		switch ((int)fault->kind) {
		case FAULT_REFUSED:
			message[BODY] = (uint8_t)fault->number;
			break;
		case FAULT_SIGNATURE:
			message[length - 3] ^= 1;
			break;
		case FAULT_TYPE:
			message[2] = (uint8_t)fault->number;
			break;
		case FAULT_SHORT:
			length = resize(message, length, -1);
			break;
		case FAULT_LONG:
			length = resize(message, length, 1);
			break;
		}
		sum_up(message, length);
	}
	if (played_find(played, FAULT_CHECKSUM))
		message[length - 1] ^= 0x55;
	return length;
}

/* --- what goes out ------------------------------------------------------- */

static void set_length(uint8_t *wire, size_t length, bool is_sealed, unsigned n)
{
	if (is_sealed)
		put_be16(wire, (uint16_t)n);
	else if (secure_message_is_plain(wire, length))
		wire[3] = (uint8_t)n;
}

size_t spoil_wire(uint8_t *wire, size_t length, bool is_sealed,
	const struct played *played)
{
	for (size_t i = 0; i < played->count; i++) {
		const struct fault *fault = &played->faults[i];

		switch ((int)fault->kind) {
		case FAULT_GARBAGE:
			memcpy(wire, fault->bytes, fault->length);
			length = fault->length;
			is_sealed = false;
			break;
		case FAULT_TRUNCATE:
			if (fault->number < length)
				length = fault->number;
			break;
		case FAULT_LENGTH:
			set_length(wire, length, is_sealed, fault->number);
			break;
		case FAULT_UNALIGNED:
			length -= is_sealed && length > 0;
			break;
		}
	}
	return length;
}
