/*
 * The Attribute Protocol, client side: Bluetooth Core Specification 5.4,
 * volume 3, part F. Section numbers below are of that part.
 */
#include "ble/att.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/errors.h"
#include "base/wait-for.h"

/* A transaction not complete in time ends the bearer: 3.3.3. */
#define TRANSACTION_MS 30000
/* The longest MODBUS answer in the smallest notifications takes 13. */
#define QUEUE_MAX 32

/* Opcode and handle: the bytes before the value of a notification. */
#define VALUE_HEADER 3
/* Set in the opcode of a command, which has no response: 3.3.1. */
#define COMMAND_FLAG 0x40

enum kind {
	UNKNOWN,
	REQUEST,
	RESPONSE,
	NOTIFICATION,
	INDICATION,
	CONFIRMATION,
	IGNORED, /* commands, and notifications that we did not ask for */
};

/* Table 3.43: each PDU, its shortest and longest form, and the request that
 * a response belongs to. Every PDU that we do not serve is refused, whatever
 * its length. */
struct pdu {
	enum kind kind;
	uint8_t request;
	uint16_t least;
	uint16_t most;
};

#define ANY ATT_MTU_MAX

static const struct pdu pdus[] = {
	[0x01] = { RESPONSE, 0, 5, 5 }, /* names its request itself */
	[0x02] = { REQUEST, 0, 3, 3 },
	[0x03] = { RESPONSE, ATT_MTU_REQUEST, 3, 3 },
	[0x04] = { REQUEST, 0, 1, ANY },
	[0x05] = { RESPONSE, ATT_FIND_INFORMATION, 6, ANY },
	[0x06] = { REQUEST, 0, 1, ANY },
	[0x07] = { RESPONSE, ATT_FIND_BY_TYPE_VALUE, 5, ANY },
	[0x08] = { REQUEST, 0, 1, ANY },
	[0x09] = { RESPONSE, ATT_READ_BY_TYPE, 4, ANY },
	[0x0a] = { REQUEST, 0, 1, ANY },
	[0x0b] = { RESPONSE, ATT_READ, 1, ANY },
	[0x0c] = { REQUEST, 0, 1, ANY },
	[0x0d] = { RESPONSE, ATT_READ_BLOB, 1, ANY },
	[0x0e] = { REQUEST, 0, 1, ANY },
	[0x0f] = { RESPONSE, 0x0e, 1, ANY },
	[0x10] = { REQUEST, 0, 1, ANY },
	[0x11] = { RESPONSE, ATT_READ_BY_GROUP_TYPE, 6, ANY },
	[0x12] = { REQUEST, 0, 1, ANY },
	[0x13] = { RESPONSE, ATT_WRITE, 1, 1 },
	[0x16] = { REQUEST, 0, 1, ANY },
	[0x17] = { RESPONSE, ATT_PREPARE_WRITE, 5, ANY },
	[0x18] = { REQUEST, 0, 1, ANY },
	[0x19] = { RESPONSE, ATT_EXECUTE_WRITE, 1, 1 },
	[0x1b] = { NOTIFICATION, 0, 3, ANY },
	[0x1d] = { INDICATION, 0, 3, ANY },
	[0x1e] = { CONFIRMATION, 0, 1, 1 },
	[0x20] = { REQUEST, 0, 1, ANY },
	[0x21] = { RESPONSE, 0x20, 1, ANY },
	[0x23] = { IGNORED, 0, 1, ANY }, /* several values in one */
};

struct notification {
	uint16_t handle;
	uint16_t length;
	uint8_t value[ATT_NOTIFICATION_MAX];
};

struct att {
	int fd;
	int cancel;
	int error;	    /* why the bearer is dead, else 0 */
	bool is_losing;	    /* the peer is gone; its last PDUs are being read */
	uint8_t code;	    /* of the last Error Response */
	uint8_t pending;    /* opcode of the request not answered yet, or 0 */
	int64_t answer_due; /* when that one times out */
	uint16_t mtu;
	uint8_t in[ATT_MTU_MAX + 1]; /* one more shows a PDU too long */
	size_t length;		     /* of the response in there */
	struct notification queue[QUEUE_MAX]; /* a ring */
	unsigned first;
	unsigned queued;
};

int att_new(struct att **att, int fd, int cancel)
{
	struct att *new = calloc(1, sizeof *new);

	if (!new)
		return -ENOMEM;
	new->fd = fd;
	new->cancel = cancel;
	new->mtu = ATT_MTU_DEFAULT;
	*att = new;
	return 0;
}

void att_free(struct att *att)
{
	if (!att)
		return;
	close(att->fd);
	free(att);
}

uint16_t att_mtu(const struct att *att)
{
	return att->mtu;
}

uint8_t att_error_code(const struct att *att)
{
	return att->code;
}

/* All ways to a dead bearer end here; the first reason stays. */
static int die(struct att *att, int error)
{
	if (att->error == 0)
		att->error = error;
	return att->error;
}

int att_violation(struct att *att)
{
	return die(att, -BT_EPROTOCOL);
}

int att_send(
	struct att *att, const uint8_t *pdu, size_t length, int64_t deadline)
{
	while (att->error == 0) {
		int error;

		if (send(att->fd, pdu, length, MSG_NOSIGNAL) >= 0)
			return 0;
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN) {
			att->is_losing = true;
			return -BT_ELOST;
		}
		error = wait_for(att->fd, POLLOUT, deadline, att->cancel);
		if (error < 0)
			return error;
	}
	return att->error;
}

/* Sends a response to the peer. The socket has room for it, unless the peer
 * sends many requests and reads no response. */
static int send_answer(struct att *att, const uint8_t *pdu, size_t length)
{
	ssize_t n;

	do
		n = send(att->fd, pdu, length, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return att_violation(att);
	if (n < 0)
		att->is_losing = true;
	return 0;
}

/* Each side sends its maximum; the smaller one is used: 3.4.2.2. */
static void agree_mtu(struct att *att, uint16_t theirs)
{
	if (theirs < ATT_MTU_DEFAULT)
		theirs = ATT_MTU_DEFAULT;
	att->mtu = theirs < ATT_MTU_MAX ? theirs : ATT_MTU_MAX;
}

static int handle_request(struct att *att)
{
	uint8_t refusal[5] = { ATT_ERROR_RESPONSE, att->in[0] };
	uint8_t answer[3] = { ATT_MTU_REQUEST + 1 };

	if (att->in[0] == ATT_MTU_REQUEST) {
		agree_mtu(att, get_le16(att->in + 1));
		put_le16(answer + 1, ATT_MTU_MAX);
		return send_answer(att, answer, sizeof answer);
	}
	refusal[4] = ATT_CODE_NOT_SUPPORTED;
	return send_answer(att, refusal, sizeof refusal);
}

/* Returns 1: the transaction is complete. */
static int handle_response(
	struct att *att, const struct pdu *pdu, size_t length)
{
	uint8_t request =
		att->in[0] == ATT_ERROR_RESPONSE ? att->in[1] : pdu->request;

	if (att->pending == 0 || request != att->pending)
		return att_violation(att);
	att->pending = 0;
	att->length = length;
	return 1;
}

static int handle_notification(struct att *att, size_t length)
{
	struct notification *slot;

	if (att->queued == QUEUE_MAX) {
		att->first = (att->first + 1) % QUEUE_MAX;
		att->queued--;
	}
	slot = &att->queue[(att->first + att->queued) % QUEUE_MAX];
	slot->handle = get_le16(att->in + 1);
	slot->length = (uint16_t)(length - VALUE_HEADER);
	memcpy(slot->value, att->in + VALUE_HEADER, slot->length);
	att->queued++;
	return 0;
}

static int handle_indication(struct att *att, size_t length)
{
	static const uint8_t confirmation[] = { ATT_CONFIRMATION };

	handle_notification(att, length);
	return send_answer(att, confirmation, sizeof confirmation);
}

/* An opcode of the future: refused if it wants an answer. */
static int handle_unknown(struct att *att)
{
	return att->in[0] & COMMAND_FLAG ? 0 : handle_request(att);
}

/* Returns 1 for the response to the pending request, 0 for all else. */
static int handle_pdu(struct att *att, size_t length)
{
	static const struct pdu unknown = { UNKNOWN, 0, 1, ANY };
	const struct pdu *pdu = &unknown;

	if (att->in[0] < sizeof pdus / sizeof pdus[0] &&
		pdus[att->in[0]].kind != UNKNOWN)
		pdu = &pdus[att->in[0]];
	if (length < pdu->least || length > pdu->most)
		return att_violation(att);

	switch (pdu->kind) {
	case REQUEST:
		return handle_request(att);
	case RESPONSE:
		return handle_response(att, pdu, length);
	case NOTIFICATION:
		return handle_notification(att, length);
	case INDICATION:
		return handle_indication(att, length);
	case CONFIRMATION:
		/* We never indicate. */
		return att_violation(att);
	case UNKNOWN:
		return handle_unknown(att);
	case IGNORED:
		return 0;
	}
	return 0;
}

/*
 * Reads a PDU that should be there. Returns its length, or 0 if there is none.
 * A Bluetooth socket reports the lost link before it returns PDUs that arrived
 * earlier, so only the second report is the end.
 */
static int read_pdu(struct att *att)
{
	ssize_t n = recv(att->fd, att->in, sizeof att->in, 0);

	if (n < 0 && (errno == EINTR || errno == EAGAIN) && !att->is_losing)
		return 0;
	if (n <= 0 && !att->is_losing) {
		att->is_losing = true;
		n = recv(att->fd, att->in, sizeof att->in, 0);
	}
	return n > 0 ? (int)n : die(att, -BT_ELOST);
}

/* Waits for one PDU and handles it: 1 for the response to the pending
 * request, 0 for all else. */
static int receive(struct att *att, int64_t deadline)
{
	int n;

	if (att->error != 0)
		return att->error;
	if (!att->is_losing) {
		int error = wait_for(att->fd, POLLIN, deadline, att->cancel);

		if (error < 0)
			return error;
	}
	n = read_pdu(att);
	return n > 0 ? handle_pdu(att, (size_t)n) : n;
}

/* Waits for the response to the pending request. */
static int await_response(struct att *att, int64_t deadline)
{
	int64_t until = deadline < att->answer_due ? deadline : att->answer_due;
	int got;

	do
		got = receive(att, until);
	while (got == 0 && clock_left(until) > 0);
	if (got > 0)
		return 0;
	if (got < 0 && got != -BT_ETIMEOUT)
		return got;
	if (clock_left(att->answer_due) == 0)
		return att_violation(att);
	return -BT_ETIMEOUT;
}

int att_request(struct att *att, const uint8_t *request, size_t length,
	uint8_t response[ATT_MTU_MAX], int64_t deadline)
{
	int error = 0;

	if (length == 0 || length > att->mtu)
		return -EMSGSIZE;
	if (att->pending != 0)
		error = await_response(att, deadline);
	if (error < 0)
		return error;
	error = att_send(att, request, length, deadline);
	if (error < 0)
		return error;

	att->pending = request[0];
	att->answer_due = clock_monotonic() + TRANSACTION_MS;
	error = await_response(att, deadline);
	if (error < 0)
		return error;
	if (att->in[0] == ATT_ERROR_RESPONSE) {
		att->code = att->in[4];
		return -BT_EATT;
	}
	memcpy(response, att->in, att->length);
	return (int)att->length;
}

int att_exchange_mtu(struct att *att, int64_t deadline)
{
	uint8_t request[3] = { ATT_MTU_REQUEST };
	uint8_t response[ATT_MTU_MAX];
	int n;

	put_le16(request + 1, ATT_MTU_MAX);
	n = att_request(att, request, sizeof request, response, deadline);
	if (n == -BT_EATT && att->code == ATT_CODE_NOT_SUPPORTED)
		return 0;
	if (n < 0)
		return n;
	agree_mtu(att, get_le16(response + 1));
	return 0;
}

int att_next_notification(struct att *att, uint16_t *handle,
	uint8_t value[ATT_NOTIFICATION_MAX], int64_t deadline)
{
	const struct notification *oldest;

	while (att->queued == 0) {
		int got = receive(att, deadline);

		if (got < 0)
			return got;
		if (att->queued == 0 && clock_left(deadline) == 0)
			return -BT_ETIMEOUT;
	}
	oldest = &att->queue[att->first];
	*handle = oldest->handle;
	memcpy(value, oldest->value, oldest->length);
	att->first = (att->first + 1) % QUEUE_MAX;
	att->queued--;
	return oldest->length;
}
