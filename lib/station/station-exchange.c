/*
 * One exchange at a time. Reassembly as in warhammerkid/bluetti_mqtt
 * bluetooth/client.py: notifications in order, appended until the frame has its
 * length; but here the length comes from the frame itself, to detect late
 * answers and several answers in one notification.
 */
#include "station/station-exchange.h"

#include <string.h>

#include "base/clock.h"
#include "base/errors.h"
#include "station/doubt.h"

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

/* How often a request is sent to get a current answer. */
#define ASKS 8

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

/* Receives the next bytes and appends them to the answer. */
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

/* Checks the whole frame at the beginning of the received bytes. 0 if it may be
 * the answer; 1 if it answers an earlier request. */
static int judge(struct station *station, const struct exchange *exchange)
{
	int error = modbus_check_answer(&exchange->asked.request,
		exchange->answer, exchange->answer_length);

	if (error == 0 ||
		!earlier_has(&station->earlier, exchange->answer,
			exchange->answer_length))
		return error;
	station->repeats = true;
	return 1;
}

/* Collects pieces until the answer is complete. Its first bytes give its
 * length; anything behind it is left there. */
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
			exchange->rest = received - (size_t)whole;
			error = judge(station, exchange);
			if (error <= 0)
				return error;
			received = exchange->rest;
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

/* Waits until then with the link open, and drops what the station sends.
 * Returns 0, -BT_ECANCELED, or an error after which the link cannot be used any
 * more. */
static int pause_link(struct station *station, int64_t until)
{
	uint8_t piece[MODBUS_FRAME_MAX];
	int n;

	do {
		n = channel_read(&station->channel, piece, until);
		if (n > 0 && clock_left(station->ready) == 0)
			station->repeats = true;
	} while (n != -BT_ETIMEOUT && is_sound(n) && clock_left(until) > 0);
	return is_sound(n) ? 0 : n;
}

/* Drops data received since the last exchange, and waits for the time that the
 * station needs between two. */
static int get_ready(struct station *station, const struct exchange *exchange)
{
	int64_t due = doubt_due(station, &exchange->asked);
	int error = 0;

	if (exchange->give_up != 0)
		due = clock_earlier(due, exchange->give_up);
	if (station->is_unsure)
		error = await_quiet(station, after(exchange, QUIET_MAX_MS));
	if (error == 0)
		error = pause_link(
			station, due > station->ready ? due : station->ready);
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

/* Waits for the session that the station requires instead of a plain request.
 * On a lost link, this waits for the next link. */
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
		if (error == -BT_ERENEWED)
			station_record_session(station, true);
	}
	return error;
}

/* Sends the request once; the answer may be that of another request. */
static int try_once(struct station *station, struct exchange *exchange)
{
	enum earlier_state state = EARLIER_UNANSWERED;
	int error = get_ready(station, exchange);
	int64_t begin = clock_monotonic();
	int64_t end;

	if (error < 0)
		return error;
	error = ask_again(station, exchange);
	end = clock_monotonic();
	station->is_unsure = error < 0;
	station->ready = end + GAP_MS;
	exchange->trip = end - begin;
	if (error < 0 && error != -BT_ECANCELED && !station->has_answered &&
		station->channel.has_challenged)
		error = -BT_EENCRYPTS;
	if (error == 0) {
		station->has_answered = true;
		state = modbus_exception(exchange->answer) ? EARLIER_REFUSED
							   : EARLIER_ANSWERED;
		doubt_learn(station, exchange->trip);
	}
	earlier_add(&station->earlier, &exchange->asked, state,
		error == 0 ? end : begin);
	return error;
}

/* The answer may be that of another request: waits until neither its late
 * answer nor that to this request can come any more. */
static int wait_out(struct station *station, struct exchange *exchange)
{
	int64_t begin = clock_monotonic();
	int error = pause_link(station, after(exchange, EARLIER_LATE));
	int64_t end = clock_monotonic();

	exchange->waited += end - begin;
	if (error == 0 && end < begin + EARLIER_LATE)
		error = -BT_ETIMEOUT;
	if (error < 0)
		earlier_add(&station->earlier, &exchange->asked,
			EARLIER_UNANSWERED, begin);
	return error;
}

/* Asks until the answer is that of this request, and of now. */
static int ask_surely(struct station *station, struct exchange *exchange)
{
	for (int i = 0; i < ASKS; i++) {
		int error = try_once(station, exchange);

		if (error < 0)
			return error;
		if (clock_left(doubt_ends(station, exchange)) > 0) {
			error = wait_out(station, exchange);
			if (error < 0)
				return error;
		} else if (!earlier_take_old(&station->earlier,
				   &exchange->asked, clock_monotonic())) {
			return doubt_resolve(station, exchange);
		}
	}
	return -BT_ETIMEOUT;
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
	int error = modbus_parse_request(&exchange->asked.request,
		exchange->request, exchange->request_length);

	exchange->asked.pack = exchange->pack;
	exchange->waited = 0;
	if (error == -BT_ECRC)
		error = -BT_EREQUEST;
	if (error == 0 && exchange->is_busy)
		error = pause_link(station, after(exchange, BUSY_MS));
	if (error == 0)
		error = ask_surely(station, exchange);
	if (error < 0)
		exchange->answer_length = 0;
	exchange->is_busy = error == 0 && modbus_is_busy(exchange->answer);
	exchange->failures += error < 0;
	exchange->busy += exchange->is_busy;
	return error;
}
