/*
 * MODBUS RTU frames as power stations speak them: build, expected length,
 * check. No descriptor, no state.
 *
 * unit, function, data, CRC; words big-endian, the CRC low byte first. Only
 * the functions 3, 6 and 16 occur (warhammerkid/bluetti_mqtt
 * core/commands.py; MODBUS Application Protocol 1.1b3, sections 6.3, 6.6,
 * 6.12 and 7).
 */
#ifndef BT_MODBUS_MODBUS_H
#define BT_MODBUS_MODBUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum modbus_function {
	MODBUS_READ = 3,	/* read holding registers */
	MODBUS_WRITE_ONE = 6,	/* write single register */
	MODBUS_WRITE_MANY = 16, /* write multiple registers */
};

/* Set in the function of an exception; a code follows. */
#define MODBUS_EXCEPTION 0x80

/* Exception codes with a meaning of their own. */
enum modbus_refusal {
	MODBUS_ILLEGAL_ADDRESS = 2, /* not all of the registers are served */
	MODBUS_ACKNOWLEDGE = 5, /* it takes longer: repeat the request later */
	MODBUS_BUSY = 6,	/* the same */
};

/*
 * Registers in one read. The standard allows 125; an AC200M serves 127
 * (mariolukas/Bluetti_ESP32_Bridge issue 50), the maximum of the byte count.
 */
#define MODBUS_READ_MAX 127
#define MODBUS_WRITE_MAX 123 /* the standard's limit */

/* Bytes of a read or write-one request, and of the answer to a write. */
#define MODBUS_SHORT_FRAME 8
/* The longest frame: an answer to a read of 127 registers has 259 bytes, a
 * write of 123 registers 255. */
#define MODBUS_FRAME_MAX 259

/* A parsed request. */
struct modbus_request {
	uint8_t unit_id; /* 1, except for the parts of an EP2000 */
	enum modbus_function function;
	uint16_t address; /* of the first register */
	uint16_t count;	  /* of registers; 1 for MODBUS_WRITE_ONE */
	uint16_t value;	  /* MODBUS_WRITE_ONE: the value to write, else 0 */
};

/* CRC-16/MODBUS over length bytes: 0x4b37 for "123456789". */
uint16_t modbus_crc(const uint8_t *bytes, size_t length);

/*
 * Build a request of MODBUS_SHORT_FRAME bytes, CRC included; return that
 * length. count must be 1 to MODBUS_READ_MAX.
 */
size_t modbus_build_read(uint8_t frame[MODBUS_SHORT_FRAME], uint8_t unit_id,
	uint16_t address, uint16_t count);
size_t modbus_build_write(uint8_t frame[MODBUS_SHORT_FRAME], uint8_t unit_id,
	uint16_t address, uint16_t value);

/*
 * Parses a request. -BT_ELENGTH if its length is not that of its function,
 * -BT_ECRC, -BT_EREQUEST if the function is not supported or count is out of
 * bounds or registers would lie beyond 65535.
 */
int modbus_parse_request(
	struct modbus_request *request, const uint8_t *frame, size_t length);

/*
 * The length of the answer that begins with these bytes, CRC included: the
 * third byte of a read gives it, other answers have fixed lengths. 0 if more
 * bytes are needed; -BT_EMISMATCH if no answer begins like this.
 */
int modbus_answer_length(const uint8_t *bytes, size_t length);

/*
 * Checks a whole answer against its request: 0 for a good frame, a MODBUS
 * exception among them; -BT_ELENGTH, -BT_ECRC, or -BT_EMISMATCH.
 */
int modbus_check_answer(const struct modbus_request *request,
	const uint8_t *frame, size_t length);

/* The exception code in a checked answer, 0 for another answer. */
int modbus_exception(const uint8_t *answer);

/*
 * True for a checked answer that asks to repeat the request later.
 * lnorton89/bluetti-mqtt-node takes MODBUS_ACKNOWLEDGE so.
 */
bool modbus_is_busy(const uint8_t *answer);

/* Register n, counted from 0, of a checked answer to a read. */
uint16_t modbus_register(const uint8_t *answer, unsigned n);

#endif
