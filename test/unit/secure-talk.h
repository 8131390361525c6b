/* A client's session and its station in one process, and how far they came. */
#ifndef BT_TEST_UNIT_SECURE_TALK_H
#define BT_TEST_UNIT_SECURE_TALK_H

#include "check.h"
#include "secure-device.h"

static const uint8_t frame[] = { 0x01, 0x03, 0x02, 0x03, 0xfb, 0xf9, 0x37 };
static const uint8_t challenge[] = { 0x11, 0x22, 0x33, 0x44 };
static const uint8_t other_challenge[] = { 0x55, 0x66, 0x77, 0x88 };

/* Both sides, and what the client has said last. */
struct talk {
	struct device device;
	struct secure *secure;
	char log[16]; /* R, O, F: its events */
	size_t events;
	uint8_t reply[SECURE_WIRE_MAX], frame[SECURE_WIRE_MAX];
	size_t reply_length, frame_length;
};

static inline void talk_begin(struct talk *talk)
{
	memset(talk, 0, sizeof *talk);
	CHECK(device_init(&talk->device) == 0);
	CHECK(secure_new(&talk->secure, &talk->device.keys) == 0);
}

static inline void talk_end(struct talk *talk)
{
	secure_free(talk->secure);
}

/* Takes all that there is; returns 0 or the error. */
static inline int take_events(struct talk *talk)
{
	uint8_t message[SECURE_WIRE_MAX];
	size_t length = 0;
	int event;

	while ((event = secure_next(talk->secure, message, &length)) > 0) {
		CHECK(talk->events < sizeof talk->log - 1);
		talk->log[talk->events++] = " ROF"[event];
		if (event == SECURE_REPLY) {
			memcpy(talk->reply, message, length);
			talk->reply_length = length;
		} else if (event == SECURE_FRAME) {
			memcpy(talk->frame, message, length);
			talk->frame_length = length;
		}
	}
	return event;
}

/* The bytes come in two notifications. */
static inline int deliver_split(
	struct talk *talk, const uint8_t *bytes, size_t length, size_t first)
{
	int error;

	if (first > length)
		first = length;
	memset(talk->log, 0, sizeof talk->log);
	talk->events = 0;
	error = secure_receive(talk->secure, bytes, first);
	if (error == 0)
		error = take_events(talk);
	if (error == 0)
		error = secure_receive(
			talk->secure, bytes + first, length - first);
	return error < 0 ? error : take_events(talk);
}

static inline int deliver(
	struct talk *talk, const uint8_t *bytes, size_t length)
{
	return deliver_split(talk, bytes, length, length);
}

/* True if these were the events since the last delivery. */
static inline bool said(const struct talk *talk, const char *events)
{
	return strcmp(talk->log, events) == 0;
}

/* A challenge and its answer. */
static inline void answer(struct talk *talk, const uint8_t *bytes)
{
	uint8_t wire[SECURE_WIRE_MAX];
	size_t n = device_challenge(&talk->device, wire, bytes);

	CHECK(deliver(talk, wire, n) == 0);
	CHECK(said(talk, "R"));
	CHECK(device_is_answered(
		&talk->device, talk->reply, talk->reply_length));
}

static inline void accept_answer(struct talk *talk)
{
	uint8_t wire[SECURE_WIRE_MAX];

	CHECK(deliver(talk, wire, device_result(&talk->device, wire, 0)) == 0);
	CHECK(said(talk, ""));
}

static inline void send_key(struct talk *talk)
{
	uint8_t wire[SECURE_WIRE_MAX];

	CHECK(deliver(talk, wire, device_send_key(&talk->device, wire)) == 0);
	CHECK(said(talk, "R"));
	CHECK(device_take_key(&talk->device, talk->reply, talk->reply_length));
}

static inline void accept_key(struct talk *talk)
{
	uint8_t wire[SECURE_WIRE_MAX];
	size_t n = device_key_result(&talk->device, wire, 0);

	CHECK(!secure_is_open(talk->secure));
	CHECK(deliver(talk, wire, n) == 0);
	CHECK(said(talk, "O"));
	CHECK(secure_is_open(talk->secure));
	CHECK(memcmp(talk->secure->session.key, talk->device.key, STAGE2_KEY) ==
		0);
}

static void (*const steps[])(
	struct talk *) = { accept_answer, send_key, accept_key };

/* Comes as far as a handshake can be: 0 not begun, 1 answered, 2 accepted,
 * 3 key sent, 4 open. */
static inline void advance(struct talk *talk, int stage)
{
	if (stage > 0)
		answer(talk, challenge);
	for (int i = 0; i < stage - 1; i++)
		steps[i](talk);
}

/* A request there and its answer back. */
static inline void exchange(struct talk *talk)
{
	static const uint8_t request[] = { 0x01, 0x03, 0x00, 0x10, 0x00, 0x01,
		0x85, 0xcf };
	uint8_t wire[SECURE_WIRE_MAX], plain[STAGE2_MOST];
	size_t length = 0;

	CHECK(secure_seal(talk->secure, request, sizeof request, wire,
		      &length) == 0);
	CHECK(stage2_open(plain, talk->device.key, wire, length) ==
		sizeof request);
	CHECK(memcmp(plain, request, sizeof request) == 0);
	length = device_seal(&talk->device, wire, frame, sizeof frame);
	CHECK(deliver(talk, wire, length) == 0);
	CHECK(said(talk, "F"));
	CHECK(talk->frame_length == sizeof frame &&
		memcmp(talk->frame, frame, sizeof frame) == 0);
}

#endif
