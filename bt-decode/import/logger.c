/* Exchanges that bluetti-logger recorded. */
#include "logger.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/errors.h"
#include "base64.h"

/* Bytes of "2022-08-10 17:03:11", and of the date in it. */
#define LOCAL_TIME 19
#define LOCAL_DATE 10

/*
 * "2022-08-10 17:03:11 -0700", the %z of strftime(3), perhaps with a colon in
 * the offset. *has_zone: it has an offset; without one it is taken as UTC.
 */
static int parse_local(int64_t *time, bool *has_zone, const char *text)
{
	char rfc3339[sizeof "2022-08-10T17:03:11-07:00"];
	const char *zone;
	size_t length;

	if (strlen(text) < LOCAL_TIME || text[LOCAL_DATE] != ' ')
		return -BT_ETIME;
	zone = text + LOCAL_TIME;
	zone += *zone == ' ';
	length = strlen(zone);
	*has_zone = length > 0;
	if (!*has_zone)
		zone = "+00:00";
	else if (length != strlen("-0700") && length != strlen("-07:00"))
		return -BT_ETIME;
	snprintf(rfc3339, sizeof rfc3339, "%.10sT%.8s%.3s:%.2s", text,
		text + LOCAL_DATE + 1, zone, zone + strlen(zone) - 2);
	if (length == strlen("-07:00") && zone[3] != ':')
		return -BT_ETIME;
	return clock_parse(time, rfc3339, strlen(rfc3339));
}

static int read_time(struct frame_line *line, bool *has_zone,
	const json_t *object, const struct local_time *local,
	struct failure *failure)
{
	const char *text = object_text(object, "time", failure);

	if (!text)
		return -BT_EOBJECT;
	if (parse_local(&line->time, has_zone, text) < 0)
		return object_refuse(failure,
			"time: not a time like 2022-08-10 17:03:11 -0700");
	if (!*has_zone)
		line->time = local_time_utc(local, line->time);
	return 0;
}

/* The bytes of a frame; their number, or an error. */
static int read_frame(uint8_t frame[MODBUS_FRAME_MAX], const json_t *object,
	const char *key, struct failure *failure)
{
	const char *text = object_text(object, key, failure);
	int n;

	if (!text)
		return -BT_EOBJECT;
	n = base64_decode(frame, MODBUS_FRAME_MAX, text, strlen(text));
	if (n == -BT_EBASE64)
		return object_refuse(failure, "%s: not base64", key);
	return n < 0 ? object_refuse(failure, "%s: %s", key, error_text(n)) : n;
}

static int read_request(struct frame_line *line, struct modbus_request *request,
	const json_t *object, struct failure *failure)
{
	int n = read_frame(line->request, object, "command", failure);
	int error;

	if (n < 0)
		return n;
	line->request_length = (size_t)n;
	error = modbus_parse_request(request, line->request, (size_t)n);
	return error < 0
		? object_refuse(failure, "command: %s", error_text(error))
		: 0;
}

static int read_answer(struct frame_line *line,
	const struct modbus_request *request, const json_t *object,
	struct failure *failure)
{
	int n = read_frame(line->response, object, "data", failure);
	int error;

	if (n < 0)
		return n;
	line->response_length = (size_t)n;
	error = modbus_check_answer(request, line->response, (size_t)n);
	return error < 0 ? object_refuse(failure, "data: %s", error_text(error))
			 : 0;
}

/* CODE out of "MODBUS Exception COMMAND: CODE", 0 if the text is another. */
static uint8_t exception_code(const char *text)
{
	static const char prefix[] = "MODBUS Exception ";
	const char *colon = strrchr(text, ':');
	unsigned code = 0;
	int used = 0;

	if (strncmp(text, prefix, strlen(prefix)) != 0 || !colon ||
		sscanf(colon, ": %3u%n", &code, &used) != 1 || colon[used])
		return 0;
	return code <= UINT8_MAX ? (uint8_t)code : 0;
}

/* The error tag of a frame line for an error that is no answer. */
static const char *failure_tag(const char *text)
{
	static const struct {
		const char *text, *tag;
	} tags[] = {
		{ "too many retries", "timeout" },
		{ "Got AT+ notification", "module" },
	};

	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
		if (strcmp(text, tags[i].text) == 0)
			return tags[i].tag;
	/* The Bluetooth library's own, and as it stands it is no tag. */
	return "error";
}

static int read_failure(struct frame_line *line,
	const struct modbus_request *request, const json_t *object,
	struct failure *failure)
{
	const char *text = object_text(object, "error", failure);
	uint8_t code;

	if (!text)
		return -BT_EOBJECT;
	code = exception_code(text);
	if (code == 0) {
		snprintf(line->error_tag, sizeof line->error_tag, "%s",
			failure_tag(text));
		return 0;
	}
	line->response[0] = request->unit_id;
	line->response[1] = (uint8_t)(request->function | MODBUS_EXCEPTION);
	line->response[2] = code;
	put_le16(line->response + 3, modbus_crc(line->response, 3));
	line->response_length = 5;
	return 0;
}

int logger_check(const json_t *object, struct failure *failure)
{
	const json_t *type = json_object_get(object, "type");

	if (!type)
		return object_refuse(failure,
			"neither an exchange of bluetti-logger nor a dump of "
			"bluetti-readall or bluetti-cell-voltage");
	if (!json_is_string(type) ||
		strcmp(json_string_value(type), "client") != 0)
		return object_refuse(failure, "type: not \"client\"");
	return 0;
}

int logger_read(struct frame_line *line, bool *has_zone, const json_t *object,
	const struct local_time *local, struct failure *failure)
{
	bool has_data = json_object_get(object, "data");
	bool has_error = json_object_get(object, "error");
	struct modbus_request request;
	int error;

	if (has_data && has_error)
		return object_refuse(failure, "has both data and error");
	if (!has_data && !has_error)
		return object_refuse(failure, "has neither data nor error");
	line->kind = FRAME_LINE_EXCHANGE;
	error = read_time(line, has_zone, object, local, failure);
	if (error == 0)
		error = read_request(line, &request, object, failure);
	if (error < 0)
		return error;
	return has_data ? read_answer(line, &request, object, failure)
			: read_failure(line, &request, object, failure);
}
