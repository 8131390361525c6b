/*
 * One exchange at a time. Reassembly as in warhammerkid/bluetti_mqtt
 * bluetooth/client.py: notifications in order, appended until the frame has
 * its length; only here the length comes from the frame itself, so that late
 * answers and several in one notification are told apart.
 */
#include "station/station-internal.h"

#include <string.h>

#include "base/clock.h"
#include "base/errors.h"

/* After a failed exchange: silence that is wanted, and the most that is
 * waited for it. Answers take 0.2 to 0.4 s (Patrick762/hassio-bluetti-bt). */
#define QUIET_MS 1000
#define QUIET_MAX_MS 5000

/* Between an answer and the next request; source: iamburny/
 * bluetti-hmi-screen. What is sent twice comes in this time. */
#define GAP_MS 40

/* ATT code of an encrypting station that was written to in plain (ftrueck/
 * bluetti_mqtt issue 5). */
#define CODE_UNLIKELY 0x0e

/* Handshakes in one exchange: one for the first, one for a new one. */
#define RENEWALS 2

/* How long the session that a station wants instead of a plain request may take
 * to come about. */
#define SESSION_MS 10000

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
	if (station_shake_hands(station, clock_monotonic() + SESSION_MS) < 0 ||
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
			station_note_session(station, true);
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
