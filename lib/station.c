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

struct station {
	struct address address;
	enum address_type type; /* what worked; ADDRESS_UNKNOWN before */
	int cancel;
	struct att *att; /* NULL while not connected */
	struct gatt gatt;
	bool unsure;   /* pieces of an answer may be on their way */
	int64_t ready; /* when the next request may be sent */
	struct unanswered late;
	bool named;
	char name[STATION_NAME];
};

int station_new(
	struct station **station, const struct address *address, int cancel)
{
	struct station *new = calloc(1, sizeof *new);

	if (!new)
		return -ENOMEM;
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
	free(station);
}

void station_disconnect(struct station *station)
{
	att_free(station->att);
	station->att = NULL;
}

bool station_is_connected(const struct station *station)
{
	return station->att != NULL;
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
	error = att_new(&station->att, fd, station->cancel);
	if (error < 0)
		close(fd);
	station->unsure = false;
	station->ready = 0;
	station->late = (struct unanswered){ .count = 0 };
	return error;
}

int station_discover(struct station *station, int64_t deadline)
{
	int error = att_exchange_mtu(station->att, deadline);

	if (error == 0)
		error = gatt_discover(station->att, &station->gatt, deadline);
	if (error == 0)
		error = gatt_subscribe(station->att, &station->gatt, deadline);
	return error;
}

int station_identify(struct station *station, int64_t deadline)
{
	char name[STATION_NAME];
	int error = gatt_read_name(station->att, name, sizeof name, deadline);

	if (error < 0)
		return error;
	memcpy(station->name, name, sizeof name);
	station->named = true;
	return 0;
}

const char *station_name(const struct station *station)
{
	return station->named ? station->name : NULL;
}

uint8_t station_att_code(const struct station *station)
{
	return station->att ? att_error_code(station->att) : 0;
}

/* Waits for silence, or until it has waited long enough. */
static int await_quiet(struct station *station)
{
	int64_t end = clock_monotonic() + QUIET_MAX_MS;
	uint8_t value[ATT_NOTIFICATION_MAX];
	uint16_t handle;
	int n;

	do {
		int64_t quiet = clock_monotonic() + QUIET_MS;

		n = att_next_notification(station->att, &handle, value,
			quiet < end ? quiet : end);
	} while (n >= 0 && clock_left(end) > 0);
	if (n < 0 && n != -BT_ETIMEOUT)
		return n;
	station->unsure = false;
	return 0;
}

/* The Bluetooth module's own commands, sent to us instead of to the module:
 * always the whole of a notification. */
static bool is_module_command(const uint8_t *value, size_t length)
{
	static const char *const commands[] = { "AT+NAME?\r", "AT+ADV?\r" };

	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		if (length == strlen(commands[i]) &&
			memcmp(value, commands[i], length) == 0)
			return true;
	return false;
}

/* Waits for one notification and appends it if it is a piece of an answer. */
static int append_piece(struct station *station,
	uint8_t frame[MODBUS_FRAME_MAX], size_t *length, int64_t deadline)
{
	uint8_t value[ATT_NOTIFICATION_MAX];
	uint16_t handle;
	int n = att_next_notification(station->att, &handle, value, deadline);

	if (n < 0)
		return n;
	if (handle != station->gatt.notify)
		return 0;
	if (is_module_command(value, (size_t)n))
		return -BT_EMODULE;
	if ((size_t)n > MODBUS_FRAME_MAX - *length)
		return -BT_EMISMATCH;
	memcpy(frame + *length, value, (size_t)n);
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
	uint8_t value[ATT_NOTIFICATION_MAX];
	uint16_t handle;
	int n;

	do
		n = att_next_notification(station->att, &handle, value, until);
	while (n >= 0 && clock_left(until) > 0);
	return n < 0 && n != -BT_ETIMEOUT ? n : 0;
}

/* Drops what has come since the last exchange, and gives the station the
 * time that it needs between two. */
static int get_ready(struct station *station)
{
	int error;

	if (station->unsure)
		return await_quiet(station);
	error = station_pause(station, station->ready);
	return error < 0 ? error : att_drop_notifications(station->att);
}

int station_exchange(struct station *station, const uint8_t *request,
	size_t length, uint8_t answer[MODBUS_FRAME_MAX], size_t *answer_length,
	int timeout_ms)
{
	struct modbus_request parsed;
	uint8_t frame[MODBUS_FRAME_MAX];
	size_t received = 0;
	int64_t deadline;
	int error = modbus_parse_request(&parsed, request, length);

	if (error < 0)
		return error == -BT_ECRC ? -BT_EREQUEST : error;
	if (unanswered_confuses(&station->late, &parsed))
		return -BT_EMIXED;
	error = get_ready(station);
	if (error < 0)
		return error;

	deadline = clock_monotonic() + timeout_ms;
	error = gatt_write(
		station->att, &station->gatt, request, length, deadline);
	if (error == 0)
		error = collect_answer(
			station, &parsed, frame, &received, deadline);
	station->unsure = error < 0;
	station->ready = clock_monotonic() + GAP_MS;
	if (error < 0) {
		unanswered_add(&station->late, &parsed);
		return error;
	}
	memcpy(answer, frame, received);
	*answer_length = received;
	return 0;
}
