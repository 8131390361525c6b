/*
 * One exchange at a time. Reassembly as in warhammerkid/bluetti_mqtt
 * bluetooth/client.py: notifications in order, appended until the frame has
 * its length; only here the length comes from the frame itself, so that late
 * answers and several in one notification are told apart.
 */
#include "station.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "att.h"
#include "channel.h"
#include "clock.h"
#include "error.h"
#include "gatt.h"
#include "link.h"
#include "unanswered.h"

/* After a failed exchange: silence that is wanted, and the most that is
 * waited for it. Answers take 0.2 to 0.4 s (Patrick762/hassio-bluetti-bt). */
#define QUIET_MS 1000
#define QUIET_MAX_MS 5000

/* Between an answer and the next request; source: iamburny/
 * bluetti-hmi-screen. What is sent twice comes in this time. */
#define GAP_MS 40

/* How long a challenge is waited for: by a station that has encrypted before,
 * and by one that went away when it was asked in plain. */
#define CHALLENGE_KNOWN_MS 10000
#define CHALLENGE_GUESSED_MS 3000

/* ATT code of an encrypting station that was written to in plain (ftrueck/
 * bluetti_mqtt issue 5). */
#define CODE_UNLIKELY 0x0e

/* Handshakes in one exchange: one for the first, one for a new one. */
#define RENEWALS 2

struct station {
	struct address address;
	enum address_type type; /* what worked; ADDRESS_UNKNOWN before */
	int cancel;
	struct channel channel;
	enum station_security security; /* what the caller wants */
	bool has_encrypted;		/* a session has been complete */
	bool encrypts;			/* it did so last time */
	bool may_encrypt;  /* it went away when it was asked in plain */
	bool has_answered; /* on this connection */
	bool unsure;	   /* pieces of an answer may be on their way */
	int64_t ready;	   /* when the next request may be sent */
	struct unanswered late;
	bool named;
	char name[STATION_NAME];
};

int station_new(
	struct station **station, const struct address *address, int cancel)
{
	struct station *new = calloc(1, sizeof *new);
	struct secure_keys keys;

	if (!new)
		return -ENOMEM;
	secure_keys_default(&keys);
	if (secure_new(&new->channel.secure, &keys) < 0) {
		free(new);
		return -ENOMEM;
	}
	new->address = *address;
	new->type = address->type;
	new->cancel = cancel;
	*station = new;
	return 0;
}

void station_free(struct station *station)
{
	if (!station)
		return;
	station_disconnect(station);
	secure_free(station->channel.secure);
	free(station);
}

int station_secure(struct station *station, enum station_security security,
	const struct secure_keys *keys)
{
	struct secure *secure = NULL;

	if (security != STATION_PLAIN && secure_new(&secure, keys) < 0)
		return -ENOMEM;
	secure_free(station->channel.secure);
	station->channel.secure = secure;
	station->security = security;
	return 0;
}

void station_disconnect(struct station *station)
{
	channel_close(&station->channel);
}

bool station_is_connected(const struct station *station)
{
	return station->channel.att != NULL;
}

bool station_is_secure(const struct station *station)
{
	return station->channel.is_secure;
}

bool station_has_encrypted(const struct station *station)
{
	return station->has_encrypted;
}

/* Public first, as most makers of modules have it. */
static int open_either(struct station *station, int64_t deadline)
{
	int64_t half = clock_monotonic() + clock_left(deadline) / 2;
	enum address_type type = ADDRESS_PUBLIC;
	int fd = link_open(&station->address, type, half, station->cancel);

	if (fd < 0 && fd != -BT_ECANCELED) {
		type = ADDRESS_RANDOM;
		fd = link_open(
			&station->address, type, deadline, station->cancel);
	}
	if (fd >= 0)
		station->type = type;
	return fd;
}

int station_connect(struct station *station, int64_t deadline)
{
	struct att *att;
	int fd, error;

	station_disconnect(station);
	if (station->address.kind == ADDRESS_BLE &&
		station->type == ADDRESS_UNKNOWN)
		fd = open_either(station, deadline);
	else
		fd = link_open(&station->address, station->type, deadline,
			station->cancel);
	if (fd < 0)
		return fd;
	error = att_new(&att, fd, station->cancel);
	if (error < 0)
		close(fd);
	else
		channel_open(&station->channel, att);
	station->has_answered = false;
	station->unsure = false;
	station->ready = 0;
	station->late = (struct unanswered){ .count = 0 };
	return error;
}

int station_discover(struct station *station, int64_t deadline)
{
	struct channel *channel = &station->channel;
	int error = att_exchange_mtu(channel->att, deadline);

	if (error == 0)
		error = gatt_discover(channel->att, &channel->gatt, deadline);
	if (error == 0)
		error = gatt_subscribe(channel->att, &channel->gatt, deadline);
	return error;
}

int station_identify(struct station *station, int64_t deadline)
{
	char name[STATION_NAME];
	int error = gatt_read_name(
		station->channel.att, name, sizeof name, deadline);

	if (error < 0)
		return error;
	memcpy(station->name, name, sizeof name);
	station->named = true;
	return 0;
}

/* How long to wait for a challenge that has not come. */
static int64_t challenge_time(const struct station *station)
{
	if (station->encrypts || station->security == STATION_SECURE)
		return CHALLENGE_KNOWN_MS;
	return station->may_encrypt ? CHALLENGE_GUESSED_MS : 0;
}

/* The station has begun a session, or has not although it was waited for. */
static void note_session(struct station *station, bool has_begun)
{
	station->may_encrypt = false;
	station->encrypts = has_begun;
	station->has_encrypted |= has_begun;
}

int station_shake_hands(struct station *station, int64_t deadline)
{
	int64_t wait = challenge_time(station);
	int error = channel_is_challenged(&station->channel);

	if (error < 0 || (error == false && wait == 0))
		return error;
	if (error == true)
		wait = CHALLENGE_KNOWN_MS;
	if (clock_monotonic() + wait < deadline)
		deadline = clock_monotonic() + wait;
	error = channel_shake_hands(&station->channel, deadline);
	if (error == 0 || !station->channel.is_secure)
		note_session(station, error == 0);
	/* It was only a guess. */
	if (error == -BT_EHANDSHAKE && !station->channel.is_secure &&
		station->security != STATION_SECURE)
		return 0;
	return error;
}

const char *station_name(const struct station *station)
{
	return station->named ? station->name : NULL;
}

uint8_t station_att_code(const struct station *station)
{
	return station->channel.att ? att_error_code(station->channel.att) : 0;
}

/* What a reading that is not for an answer may come to. */
static bool is_sound(int n)
{
	return n >= 0 || n == -BT_ETIMEOUT || n == -BT_ERENEWED;
}

/* Waits for silence, or until it has waited long enough. */
static int await_quiet(struct station *station)
{
	int64_t end = clock_monotonic() + QUIET_MAX_MS;
	uint8_t piece[MODBUS_FRAME_MAX];
	int n;

	do {
		int64_t quiet = clock_monotonic() + QUIET_MS;

		n = channel_read(
			&station->channel, piece, quiet < end ? quiet : end);
	} while (n != -BT_ETIMEOUT && is_sound(n) && clock_left(end) > 0);
	if (!is_sound(n))
		return n;
	station->unsure = false;
	return 0;
}

/* Waits for what comes next and appends it to the answer. */
static int append_piece(struct station *station,
	uint8_t frame[MODBUS_FRAME_MAX], size_t *length, int64_t deadline)
{
	uint8_t piece[MODBUS_FRAME_MAX];
	int n = channel_read(&station->channel, piece, deadline);

	if (n < 0)
		return n;
	if ((size_t)n > MODBUS_FRAME_MAX - *length)
		return -BT_EMISMATCH;
	memcpy(frame + *length, piece, (size_t)n);
	*length += (size_t)n;
	return 0;
}

/* The first received bytes are a whole frame. 0 if it is the answer; 1 if it
 * is a late one to an earlier request, which is forgotten now. */
static int judge(struct station *station, const struct modbus_request *request,
	const uint8_t *frame, size_t length)
{
	int error = modbus_check_answer(request, frame, length);

	if (error == 0 && modbus_exception(frame) &&
		unanswered_has_other(&station->late, request))
		return -BT_EMIXED;
	if (error < 0 && unanswered_take(&station->late, frame, length))
		return 1;
	return error;
}

/* Collects pieces until there is the answer. Its length is told by its
 * beginning; what may follow it is of no interest. */
static int collect_answer(struct station *station,
	const struct modbus_request *request, uint8_t frame[MODBUS_FRAME_MAX],
	size_t *length, int64_t deadline)
{
	size_t received = 0;

	for (;;) {
		int whole = modbus_answer_length(frame, received);
		int error;

		if (whole < 0)
			return whole;
		if (whole > 0 && received >= (size_t)whole) {
			error = judge(station, request, frame, (size_t)whole);
			*length = (size_t)whole;
			if (error <= 0)
				return error;
			received -= *length;
			memmove(frame, frame + *length, received);
			continue;
		}
		/* Pieces without end do not stretch the time. */
		if (clock_left(deadline) == 0)
			return -BT_ETIMEOUT;
		error = append_piece(station, frame, &received, deadline);
		if (error < 0)
			return error;
	}
}

int station_pause(struct station *station, int64_t until)
{
	uint8_t piece[MODBUS_FRAME_MAX];
	int n;

	do
		n = channel_read(&station->channel, piece, until);
	while (n != -BT_ETIMEOUT && is_sound(n) && clock_left(until) > 0);
	return is_sound(n) ? 0 : n;
}

/* Drops what has come since the last exchange, and gives the station the
 * time that it needs between two. */
static int get_ready(struct station *station)
{
	int error;

	if (station->unsure)
		return await_quiet(station);
	error = station_pause(station, station->ready);
	return error < 0 ? error : channel_drop(&station->channel);
}

/* Writes the request and collects the answer. */
static int ask(struct station *station, const uint8_t *request, size_t length,
	const struct modbus_request *parsed, uint8_t frame[MODBUS_FRAME_MAX],
	size_t *received, int timeout_ms)
{
	int64_t deadline = clock_monotonic() + timeout_ms;
	int error = channel_write(&station->channel, request, length, deadline);

	if (error == 0)
		error = collect_answer(
			station, parsed, frame, received, deadline);
	return error;
}

/* True if a station that encrypts may have refused a request in plain so. */
static bool is_hint(const struct station *station, int error)
{
	if (station->security == STATION_PLAIN || station->has_answered ||
		station->channel.is_secure)
		return false;
	return error == -BT_ELOST ||
		(error == -BT_EATT &&
			station_att_code(station) == CODE_UNLIKELY);
}

/* Waits for the session that the station wants instead of a plain request. On
 * a link that is lost that has to wait for the next one. */
static int take_hint(struct station *station, int error)
{
	station->may_encrypt = true;
	if (error == -BT_ELOST)
		return error;
	if (station_shake_hands(
		    station, clock_monotonic() + CHALLENGE_KNOWN_MS) < 0 ||
		!station->channel.is_secure)
		return error;
	return -BT_ERENEWED;
}

/* A session that began anew meanwhile has forgotten the request. */
static int ask_again(struct station *station, const uint8_t *request,
	size_t length, const struct modbus_request *parsed,
	uint8_t frame[MODBUS_FRAME_MAX], size_t *received, int timeout_ms)
{
	int error = -BT_ERENEWED;

	for (int i = 0; error == -BT_ERENEWED && i <= RENEWALS; i++) {
		error = ask(station, request, length, parsed, frame, received,
			timeout_ms);
		if (is_hint(station, error))
			error = take_hint(station, error);
		if (error == -BT_ERENEWED) {
			note_session(station, true);
			station->late = (struct unanswered){ .count = 0 };
		}
	}
	return error;
}

int station_exchange(struct station *station, const uint8_t *request,
	size_t length, uint8_t answer[MODBUS_FRAME_MAX], size_t *answer_length,
	int timeout_ms)
{
	struct modbus_request parsed;
	uint8_t frame[MODBUS_FRAME_MAX];
	size_t received = 0;
	int error = modbus_parse_request(&parsed, request, length);

	if (error < 0)
		return error == -BT_ECRC ? -BT_EREQUEST : error;
	if (unanswered_confuses(&station->late, &parsed))
		return -BT_EMIXED;
	error = get_ready(station);
	if (error < 0)
		return error;
	error = ask_again(station, request, length, &parsed, frame, &received,
		timeout_ms);
	station->unsure = error < 0;
	station->ready = clock_monotonic() + GAP_MS;
	if (error < 0) {
		unanswered_add(&station->late, &parsed);
		return error;
	}
	station->has_answered = true;
	memcpy(answer, frame, received);
	*answer_length = received;
	return 0;
}
