/*
 * Values may be repeated for a second. Exceptions, of which a search for
 * registers gets thousands, may be repeated for as long as an answer takes, or
 * for a second too once the station has sent something unexpected.
 *
 * If an answer is mistaken for another one, the right one follows within the
 * usual time; so does the answer that follows an exception.
 */
#include "station/doubt.h"

#include "base/clock.h"
#include "base/errors.h"

/* ms. Stations answer within 0.2 to 0.4 s (Patrick762/hassio-bluetti-bt): the
 * default until a station's own time is known. */
#define USUAL 400
#define REPEAT_LEAST 100
#define REPEAT_MOST 1000

static int64_t repeat_time(const struct station *station)
{
	if (station->repeats || station->slowest > REPEAT_MOST)
		return REPEAT_MOST;
	return station->slowest > REPEAT_LEAST ? station->slowest
					       : REPEAT_LEAST;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The last time of an answer whose repetition could be mistaken for the answer
 * to this request. */
static int64_t last_answer(const struct station *station,
	const struct asked *asked, bool is_exception)
{
	const struct earlier *earlier = &station->earlier;

	return later(
		earlier_last(earlier, asked, EARLIER_ANSWERED, is_exception),
		earlier_last(earlier, asked, EARLIER_REFUSED, is_exception));
}

int64_t doubt_due(const struct station *station, const struct asked *asked)
{
	int64_t answered =
		earlier_last(&station->earlier, asked, EARLIER_ANSWERED, false);
	int64_t refused =
		earlier_last(&station->earlier, asked, EARLIER_REFUSED, true);

	if (answered > 0)
		answered += REPEAT_MOST;
	if (refused > 0)
		refused += repeat_time(station);
	return later(answered, refused);
}

static bool is_exception(const struct exchange *exchange)
{
	return modbus_exception(exchange->answer) != 0;
}

/* Of a late answer to another request. */
static int64_t late_ends(const struct station *station,
	const struct asked *asked, bool is_exception)
{
	int64_t last = earlier_last(
		&station->earlier, asked, EARLIER_UNANSWERED, is_exception);

	return last > 0 ? last + EARLIER_LATE : 0;
}

int64_t station_due(const struct station *station, const struct asked *asked)
{
	return later(
		doubt_due(station, asked), late_ends(station, asked, false));
}

int64_t doubt_ends(
	const struct station *station, const struct exchange *exchange)
{
	return late_ends(station, &exchange->asked, is_exception(exchange));
}

/* Whether bytes repeat the answer, once or several times: then they are not
 * another answer. */
static bool is_repeat(const struct exchange *exchange, const uint8_t *bytes,
	size_t length, size_t *at)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i] !=
			exchange->answer[(*at)++ % exchange->answer_length])
			return false;
	return true;
}

/* Whether the bytes directly after the answer are another answer to the same
 * request. */
static bool has_other(const struct exchange *exchange)
{
	const uint8_t *rest = exchange->answer + exchange->answer_length;
	int whole = modbus_answer_length(rest, exchange->rest);
	size_t at = 0;

	return whole > 0 && (size_t)whole <= exchange->rest &&
		modbus_check_answer(
			&exchange->asked.request, rest, (size_t)whole) == 0 &&
		!is_repeat(exchange, rest, (size_t)whole, &at);
}

/* Reads until then. Returns 0, also if the same answer came again. */
static int await_other(
	struct station *station, const struct exchange *exchange, int64_t until)
{
	uint8_t piece[MODBUS_FRAME_MAX];
	size_t at = 0;
	int n = 0;

	if (!is_repeat(exchange, exchange->answer + exchange->answer_length,
		    exchange->rest, &at))
		return -BT_EMIXED;
	while (n != -BT_ETIMEOUT && clock_left(until) > 0) {
		n = channel_read(&station->channel, piece, until);
		if (n < 0 && n != -BT_ETIMEOUT && n != -BT_ERENEWED)
			return n;
		if (n > 0 && !is_repeat(exchange, piece, (size_t)n, &at))
			return -BT_EMIXED;
	}
	return 0;
}

int doubt_resolve(struct station *station, const struct exchange *exchange)
{
	int64_t now = clock_monotonic();
	int64_t last =
		last_answer(station, &exchange->asked, is_exception(exchange));
	int64_t until =
		now - exchange->trip + station->slowest + repeat_time(station);
	int error;

	if (last <= now - EARLIER_REPEAT && !is_exception(exchange))
		return has_other(exchange) ? -BT_EMIXED : 0;
	if (exchange->give_up != 0 && exchange->give_up < until)
		return -BT_ETIMEOUT;
	error = await_other(station, exchange, until);
	if (error == -BT_EMIXED)
		station->repeats = true;
	return error;
}

void doubt_learn(struct station *station, int64_t trip)
{
	if (station->slowest == 0)
		station->slowest = USUAL;
	station->slowest -= (station->slowest - trip) / 16;
	if (trip > station->slowest)
		station->slowest = trip;
}
