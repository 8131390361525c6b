/*
 * What real stations do wrong, played on purpose: by a script, by chance, or
 * both. bt-sim --help-faults tells the words.
 */
#ifndef BT_TEST_SIM_FAULT_H
#define BT_TEST_SIM_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "modbus/modbus.h"

/* Where a fault can strike; some can at several places. */
enum fault_scope {
	AT_REQUEST = 1,	   /* a MODBUS request that a central wrote */
	AT_CONNECTION = 2, /* a central that has just connected */
	AT_PDU = 4,	   /* any PDU of ATT that came in */
	/* A station that encrypts: each message that it sends in a handshake,
	 * and MODBUS requests in the clear. */
	AT_CHALLENGE = 8,
	AT_RESULT = 16,
	AT_KEY = 32,
	AT_KEY_RESULT = 64,
	AT_PLAIN = 128,
};
#define FAULT_SCOPES 8

/* Messages of the handshake. */
#define AT_MESSAGE (AT_CHALLENGE | AT_RESULT | AT_KEY | AT_KEY_RESULT)
/* All that is notified. */
#define AT_NOTICE (AT_REQUEST | AT_MESSAGE)

enum fault_argument {
	ARGUMENT_NONE,
	ARGUMENT_MS,
	ARGUMENT_BYTES,
	ARGUMENT_CODE,
	ARGUMENT_MTU,
	ARGUMENT_HEX,
	ARGUMENT_LENGTH,
};

/*
 * F(kind, word in scripts and counters, argument, where it can strike, what
 * happens). The first place is that of "always" and "every".
 */
#define FAULTS(F) \
	F(FAULT_SILENCE, "silence", NONE, AT_NOTICE | AT_PDU, "no answer") \
	F(FAULT_LATE, "late", MS, AT_NOTICE, \
		"answered MS later, whatever came in between") \
	F(FAULT_CRC, "crc", NONE, AT_REQUEST, "checksum is wrong") \
	F(FAULT_TRUNCATE, "truncate", BYTES, AT_NOTICE, \
		"only the first N bytes of the answer") \
	F(FAULT_EXCEPTION, "exception", CODE, AT_REQUEST, \
		"refused with this code, not done") \
	F(FAULT_BUSY, "busy", NONE, AT_REQUEST, "exception 5") \
	F(FAULT_AT_NAME, "at-name", NONE, AT_NOTICE | AT_PDU, \
		"the text AT+NAME?\\r before the answer") \
	F(FAULT_AT_ADV, "at-adv", NONE, AT_NOTICE | AT_PDU, \
		"the text AT+ADV?\\r before the answer") \
	F(FAULT_STRAY, "stray", HEX, AT_NOTICE | AT_PDU, \
		"a notification of these bytes before the answer") \
	F(FAULT_FRAGMENT, "fragment", BYTES, AT_NOTICE | AT_CONNECTION, \
		"at most N bytes of an answer in one notification") \
	F(FAULT_JOINED, "joined", NONE, AT_NOTICE, \
		"held back, then sent as one with the next answer") \
	F(FAULT_DUPLICATE, "duplicate", NONE, AT_NOTICE, "answered twice") \
	F(FAULT_AGAIN, "again", MS, AT_NOTICE, \
		"the answer comes once more, MS behind the first") \
	F(FAULT_KEPT, "kept", MS, AT_REQUEST, \
		"answered MS later, to whoever is connected then") \
	F(FAULT_PREMATURE, "premature", CODE, AT_REQUEST, \
		"refused with this code, and answered 0.3 s later") \
	F(FAULT_GARBAGE, "garbage", BYTES, AT_NOTICE, \
		"N random bytes for an answer") \
	F(FAULT_WRONG_UNIT, "wrong-unit", NONE, AT_REQUEST, \
		"the answer of another unit") \
	F(FAULT_WRONG_FUNCTION, "wrong-function", NONE, AT_REQUEST, \
		"the answer of another function") \
	F(FAULT_WRONG_COUNT, "wrong-count", NONE, AT_REQUEST, \
		"the answer of a longer or shorter read") \
	F(FAULT_ATT_ERROR, "att-error", CODE, AT_REQUEST | AT_PDU | AT_PLAIN, \
		"an ATT error response; the request is not taken") \
	F(FAULT_DROP, "drop", NONE, AT_NOTICE | AT_PDU | AT_PLAIN, \
		"the link ends instead of the answer") \
	F(FAULT_DROP_AFTER, "drop-after", NONE, AT_NOTICE, \
		"the link ends behind the answer") \
	F(FAULT_RESET_AFTER, "reset-after", NONE, AT_NOTICE, \
		"the same, but the end is told before the answer") \
	F(FAULT_STALL, "stall", NONE, \
		AT_NOTICE | AT_CONNECTION | AT_PDU | AT_PLAIN, \
		"from here on nothing is answered; the link stays") \
	F(FAULT_MUTE, "mute", NONE, \
		AT_NOTICE | AT_CONNECTION | AT_PDU | AT_PLAIN, \
		"from here on no notification; ATT goes on") \
	F(FAULT_PEER_MTU, "peer-mtu", NONE, AT_NOTICE | AT_PDU, \
		"the station asks for an MTU") \
	F(FAULT_PEER_REQUEST, "peer-request", NONE, AT_NOTICE | AT_PDU, \
		"the station asks for services") \
	F(FAULT_INDICATION, "indication", NONE, AT_NOTICE | AT_PDU, \
		"the station indicates changed services") \
	F(FAULT_REFUSE, "refuse", NONE, AT_CONNECTION, \
		"closed as soon as it is open") \
	F(FAULT_NO_SERVICE, "no-service", NONE, AT_CONNECTION, \
		"there is no service ff00") \
	F(FAULT_NO_NOTIFY, "no-notify", NONE, AT_CONNECTION, \
		"service ff00 lacks ff01") \
	F(FAULT_MTU, "mtu", MTU, AT_CONNECTION, \
		"the largest MTU that the station agrees to") \
	F(FAULT_REKEY, "rekey", NONE, AT_REQUEST, \
		"behind the answer a new, plain key exchange *") \
	F(FAULT_REKEY_INSIDE, "rekey-inside", NONE, AT_REQUEST, \
		"a challenge inside of the session, which is an error *") \
	F(FAULT_CLEAR, "clear", NONE, AT_NOTICE, "not encrypted *") \
	F(FAULT_LENGTH, "length", LENGTH, AT_NOTICE, \
		"N as its length (the low byte in the clear) *") \
	F(FAULT_UNALIGNED, "unaligned", NONE, AT_NOTICE, \
		"without the last encrypted byte *") \
	F(FAULT_CHECKSUM, "checksum", NONE, AT_MESSAGE, "checksum is wrong") \
	F(FAULT_SHORT, "short", NONE, AT_MESSAGE, \
		"body and its length are one byte less") \
	F(FAULT_LONG, "long", NONE, AT_MESSAGE, \
		"body and its length are one byte more") \
	F(FAULT_TYPE, "type", CODE, AT_MESSAGE, "CODE as the type") \
	F(FAULT_INSTEAD, "instead", CODE, AT_MESSAGE, \
		"in its place a good message of that type") \
	F(FAULT_UNHEARD, "unheard", NONE, AT_CHALLENGE | AT_KEY, \
		"the reply to it is ignored, and it is sent again") \
	F(FAULT_REFUSED, "refused", CODE, AT_RESULT | AT_KEY_RESULT, \
		"CODE in place of 0, and the handshake is over") \
	F(FAULT_SIGNATURE, "signature", NONE, AT_KEY, "signature is wrong") \
	F(FAULT_OFF_CURVE, "off-curve", NONE, AT_KEY, \
		"no point of the curve, but well signed")

enum fault_kind {
#define FAULT_ENUM(kind, word, argument, scopes, help) kind,
	FAULTS(FAULT_ENUM)
#undef FAULT_ENUM
		FAULT_KINDS
};

struct fault {
	enum fault_kind kind;
	unsigned number; /* the argument, but for ARGUMENT_HEX */
	size_t length;	 /* bytes of "stray" and "garbage" */
	uint8_t bytes[MODBUS_FRAME_MAX];
};

/* What strikes at one event. */
#define PLAYED_MAX 8

struct played {
	struct fault faults[PLAYED_MAX];
	size_t count;
};

/* The fault of that kind, or NULL. */
const struct fault *played_find(
	const struct played *played, enum fault_kind kind);

struct faults;

/* No faults yet; NULL if there is no memory. */
struct faults *faults_new(void);

/* NULL is allowed. */
void faults_free(struct faults *faults);

/*
 * Adds a line of a script, which is changed. Returns NULL, or what is wrong
 * with it.
 */
const char *faults_add(struct faults *faults, char *line);

/*
 * Adds the lines of a file. Returns 0; a negative errno if it cannot be read;
 * 1 if a line is bad, and sets *line and *reason.
 */
int faults_read(struct faults *faults, const char *path, unsigned *line,
	const char **reason);

/*
 * Adds faults by chance: per_mille of all requests and connections, a quarter
 * as many of the messages of a handshake, a twentieth of the PDUs. What strikes
 * the n-th request, connection or message, or PDU of a connection, depends on
 * seed and n alone. Nothing by chance refuses a key or spoils a signature.
 */
void faults_random(struct faults *faults, uint64_t seed, unsigned per_mille);

/* The station encrypts: by chance, then, requests begin new handshakes too. */
void faults_encrypt(struct faults *faults);

/* Tells each fault on standard error from now on. */
void faults_tell(struct faults *faults);

/*
 * An event: faults_play() counts it and sets what strikes it. A connection
 * begins the count of PDUs anew. request is that of AT_REQUEST, NULL if the
 * frame is none or it is another event.
 */
void faults_play(struct faults *faults, enum fault_scope scope,
	const struct modbus_request *request, struct played *played);

/* Prints "fault WORD TIMES" for each kind that was played. */
void faults_print(const struct faults *faults);

/* Prints what scripts are made of. */
void faults_help(void);

#endif
