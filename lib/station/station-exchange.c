/*
 * One exchange at a time. Reassembly as in warhammerkid/bluetti_mqtt
 * bluetooth/client.py: notifications in order, appended until the frame has
 * its length; only here the length comes from the frame itself, so that late
 * answers and several in one notification are recognized.
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
 * bluetti-hmi-screen. Answers that are sent twice come in this time. */
#define GAP_MS 40

/* ms before a station that says it is busy is asked again. */
#define BUSY_MS 1000

/* ATT code of an encrypting station that was written to in plain (ftrueck/
 * bluetti_mqtt issue 5). */
#define CODE_UNLIKELY 0x0e

/* Handshakes in one exchange: one for the first, one for a new one. */
#define RENEWALS 2

/* How long the session that a station wants instead of a plain request may take
 * to come about. */
#define SESSION_MS 10000

/* Whether the link is good after reading for no answer. */
static bool is_sound(int n)
{
	return n >= 0 || n == -BT_ETIMEOUT || n == -BT_ERENEWED;
}

/* The time of clock_monotonic() in ms from now, or when the caller waits no
 * longer. */
static int64_t after(const struct exchange *exchange, int ms)
{
	int64_t time = clock_monotonic() + ms;

	return exchange->give_up == 0 || time < exchange->give_up
		? time
		: exchange->give_up;
}

/* Waits for silence, or until it has waited long enough. */
static int await_quiet(struct station *station, int64_t end)
{
	uint8_t piece[MODBUS_FRAME_MAX];
	int n;

	do {
		int64_t quiet = clock_monotonic() + QUIET_MS;

		n = channel_read(
			&station->channel, piece, quiet < end ? quiet : end);
	} while (n != -BT_ETIMEOUT && is_sound(n) && clock_left(end) > 0);
	if (!is_sound(n))
		return n;
	station->is_unsure = false;
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

/* The first bytes that came are a whole frame. 0 if it is the answer; 1 if it
 * is a late one to an earlier request, which is forgotten now. */
static int judge(struct station *station, const struct exchange *exchange)
{
	const uint8_t *frame = exchange->answer;
	const struct modbus_request *request = &exchange->parsed;
	int error =
		modbus_check_answer(request, frame, exchange->answer_length);

	if (error == 0 && modbus_exception(frame) &&
		unanswered_has_other(&station->late, request))
		return -BT_EMIXED;
	if (error < 0 &&
		unanswered_take(&station->late, frame, exchange->answer_length))
		return 1;
	return error;
}

/* Collects pieces until the answer is complete. Its first bytes give its
 * length; anything behind it is ignored. */
static int collect_answer(
	struct station *station, struct exchange *exchange, int64_t deadline)
{
	uint8_t *frame = exchange->answer;
	size_t received = 0;

	for (;;) {
		int whole = modbus_answer_length(frame, received);
		int error;

		if (whole < 0)
			return whole;
		if (whole > 0 && received >= (size_t)whole) {
			exchange->answer_length = (size_t)whole;
			error = judge(station, exchange);
			if (error <= 0)
				return error;
			received -= (size_t)whole;
			memmove(frame, frame + whole, received);
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
static int get_ready(struct station *station, const struct exchange *exchange)
{
	int error;

	if (station->is_unsure)
		return await_quiet(station, after(exchange, QUIET_MAX_MS));
	error = station_pause(station, station->ready);
	return error < 0 ? error : channel_drop(&station->channel);
}

/* Writes the request and collects the answer. */
static int ask(struct station *station, struct exchange *exchange)
{
	int64_t deadline = after(exchange, exchange->answer_time);
	int error = channel_write(&station->channel, exchange->request,
		exchange->request_length, deadline);

	return error < 0 ? error : collect_answer(station, exchange, deadline);
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
static int take_hint(
	struct station *station, const struct exchange *exchange, int error)
{
	station->can_encrypt = true;
	if (error == -BT_ELOST)
		return error;
	if (station_shake_hands(station, after(exchange, SESSION_MS)) < 0 ||
		!station->channel.is_secure)
		return error;
	return -BT_ERENEWED;
}

/* Repeats the request after a new handshake, which made the station forget it.
 */
static int ask_again(struct station *station, struct exchange *exchange)
{
	int error = -BT_ERENEWED;

	for (int i = 0; error == -BT_ERENEWED && i <= RENEWALS; i++) {
		error = ask(station, exchange);
		if (is_hint(station, error))
			error = take_hint(station, exchange, error);
		if (error == -BT_ERENEWED) {
			station_record_session(station, true);
			station->late = (struct unanswered){ .count = 0 };
		}
	}
	return error;
}

/* One try on a link that may be used for it. */
static int try_once(struct station *station, struct exchange *exchange)
{
	int64_t begin;
	int error;

	if (unanswered_confuses(&station->late, &exchange->parsed))
		return -BT_EMIXED;
	error = exchange->is_busy
		? station_pause(station, after(exchange, BUSY_MS))
		: 0;
	if (error == 0)
		error = get_ready(station, exchange);
	if (error < 0)
		return error;
	begin = clock_monotonic();
	error = ask_again(station, exchange);
	station->is_unsure = error < 0;
	station->ready = clock_monotonic() + GAP_MS;
	exchange->trip = clock_monotonic() - begin;
	if (error < 0 && error != -BT_ECANCELED && !station->has_answered &&
		station->channel.has_challenged)
		error = -BT_EENCRYPTS;
	if (error < 0)
		unanswered_add(&station->late, &exchange->parsed);
	else
		station->has_answered = true;
	return error;
}

void exchange_line(const struct exchange *exchange, int error,
	const struct frame_writer *frame_writer, struct frame_line *line)
{
	frame_writer_line(frame_writer, line);
	memcpy(line->request, exchange->request, exchange->request_length);
	line->request_length = exchange->request_length;
	memcpy(line->response, exchange->answer, exchange->answer_length);
	line->response_length = exchange->answer_length;
	if (error < 0)
		frame_writer_failure(line, error);
}

bool exchange_is_harmless(int error)
{
	return error == -BT_ETIMEOUT || error == -BT_ECRC ||
		error == -BT_EMISMATCH;
}

int station_exchange(struct station *station, struct exchange *exchange)
{
	int error = modbus_parse_request(
		&exchange->parsed, exchange->request, exchange->request_length);

	if (error == -BT_ECRC)
		error = -BT_EREQUEST;
	if (error == 0)
		error = try_once(station, exchange);
	if (error < 0)
		exchange->answer_length = 0;
	exchange->is_busy = error == 0 && modbus_is_busy(exchange->answer);
	exchange->failures += error < 0;
	exchange->busy += exchange->is_busy;
	return error;
}
