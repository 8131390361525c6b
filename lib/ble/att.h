/*
 * A client of the Attribute Protocol on an open socket.
 *
 * One bearer, one transaction at a time. No call waits beyond its deadline, a
 * time of clock_monotonic(). While a call waits, it handles other PDUs: it
 * queues notifications (the newest 32), confirms indications, and responds to
 * the peer's own requests.
 *
 * A bearer is dead after the peer violated the protocol (-BT_EPROTOCOL; also by
 * not responding within 30 s) or disconnected (-BT_ELOST). Every later call
 * returns the same error. PDUs that arrived before the disconnect are delivered
 * first. Only att_free() is of use for a dead bearer.
 *
 * All calls that talk to the peer return these errors, and: -BT_ETIMEOUT at the
 * caller's deadline and -BT_ECANCELED, after which the bearer can still be
 * used; -BT_EATT for an Error Response, whose code att_error_code() returns.
 *
 * Source: Bluetooth Core Specification 5.4, volume 3, part F.
 */
#ifndef BT_BLE_ATT_H
#define BT_BLE_ATT_H

#include <stddef.h>
#include <stdint.h>

#define ATT_MTU_DEFAULT 23
/* Offered to the peer and so the longest PDU: carries the longest value. */
#define ATT_MTU_MAX 517
#define ATT_VALUE_MAX 512
/* Bytes in a notification of the longest PDU. */
#define ATT_NOTIFICATION_MAX (ATT_MTU_MAX - 3)

/* Opcodes of requests that a caller of att_request() builds. */
enum att_opcode {
	ATT_ERROR_RESPONSE = 0x01,
	ATT_MTU_REQUEST = 0x02,
	ATT_FIND_INFORMATION = 0x04,
	ATT_FIND_BY_TYPE_VALUE = 0x06,
	ATT_READ_BY_TYPE = 0x08,
	ATT_READ = 0x0a,
	ATT_READ_BLOB = 0x0c,
	ATT_READ_BY_GROUP_TYPE = 0x10,
	ATT_WRITE = 0x12,
	ATT_PREPARE_WRITE = 0x16,
	ATT_EXECUTE_WRITE = 0x18,
	ATT_NOTIFICATION = 0x1b,
	ATT_INDICATION = 0x1d,
	ATT_CONFIRMATION = 0x1e,
	ATT_WRITE_COMMAND = 0x52,
};

/* Codes of Error Responses that mean something to us: 3.4.1.1. */
enum att_code {
	ATT_CODE_NONE = 0,
	ATT_CODE_NOT_SUPPORTED = 0x06,
	ATT_CODE_INVALID_OFFSET = 0x07,
	ATT_CODE_NOT_FOUND = 0x0a,
	ATT_CODE_NOT_LONG = 0x0b,
};

struct att;

/*
 * Takes a connected, non-blocking SOCK_SEQPACKET descriptor, which is then
 * att's own; cancel is as in wait_for() and stays the caller's. Returns 0, or
 * -ENOMEM and leaves fd to the caller.
 */
int att_new(struct att **att, int fd, int cancel);

/* Closes the descriptor. NULL is allowed. */
void att_free(struct att *att);

/* The MTU agreed; ATT_MTU_DEFAULT before att_exchange_mtu(). */
uint16_t att_mtu(const struct att *att);

/* The code of the last Error Response, ATT_CODE_NONE before the first. */
uint8_t att_error_code(const struct att *att);

/*
 * Ends the bearer, for a caller that finds a violation inside a PDU. Returns
 * -BT_EPROTOCOL.
 */
int att_violation(struct att *att);

/*
 * Sends a request and waits for its response, stored with its opcode. Returns
 * its length, at least that of the opcode's fixed part. If a request timed out,
 * its response is still due: the next request waits for that first.
 */
int att_request(struct att *att, const uint8_t *request, size_t length,
	uint8_t response[ATT_MTU_MAX], int64_t deadline);

/*
 * Sends a command, which has no response; waits while the socket is full.
 * Returns 0.
 */
int att_send(
	struct att *att, const uint8_t *pdu, size_t length, int64_t deadline);

/* Offers ATT_MTU_MAX. A peer that knows no such request stays at the
 * default, which is no error. Returns 0. */
int att_exchange_mtu(struct att *att, int64_t deadline);

/*
 * Reads a value from offset on, up to size bytes, with as many requests as
 * needed. Returns the number of bytes.
 */
int att_read(struct att *att, uint16_t handle, size_t offset, uint8_t *value,
	size_t size, int64_t deadline);

/*
 * Writes with response; a value that exceeds the MTU is sent in pieces, which
 * the peer repeats and then executes. Returns 0; -EMSGSIZE if length is above
 * ATT_VALUE_MAX. After -BT_ETIMEOUT or -BT_ECANCELED the peer may still hold
 * prepared pieces: drop the bearer.
 */
int att_write(struct att *att, uint16_t handle, const uint8_t *value,
	size_t length, int64_t deadline);

/* Writes without response. Returns 0; -EMSGSIZE if length is above MTU - 3. */
int att_write_command(struct att *att, uint16_t handle, const uint8_t *value,
	size_t length, int64_t deadline);

/*
 * Takes the oldest notification or indication, waiting for it if none is
 * queued. Returns the length of its value.
 */
int att_next_notification(struct att *att, uint16_t *handle,
	uint8_t value[ATT_NOTIFICATION_MAX], int64_t deadline);

#endif
