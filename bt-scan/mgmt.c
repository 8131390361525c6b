/*
 * Discovery by the management interface, spoken over the control channel:
 * layouts of bodies are those of the document that control.h names.
 */
#include "mgmt.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/errors.h"
#include "control.h"

/* Bits of an adapter's settings, all in the low 16. */
#define POWERED 0x0001
#define LOW_ENERGY 0x0200

/* Address types of devices, and the bits of those to look for. */
#define LE_PUBLIC 1
#define LE_RANDOM 2
#define LE_TYPES (1 << LE_PUBLIC | 1 << LE_RANDOM)

#define INFO 20 /* up to the current settings, their low half */
#define INFO_SETTINGS 13
#define FOUND 14 /* up to the advertising data */
#define ADAPTERS_MAX 16

/* ms */
#define STOP_TIME 2000
#define RETRY_TIME 1000

/* The state of our own discovery. */
enum state { NONE, ASKED, OWN };

struct mgmt {
	struct control control;
	int index;
	enum state state;
	bool has_begun;
	int status;    /* of the last Start Discovery */
	int64_t retry; /* when to start the next one */
};

int mgmt_open(struct mgmt **result)
{
	struct mgmt *m = calloc(1, sizeof *m);
	int error = m ? control_open(&m->control) : -ENOMEM;

	if (error < 0) {
		free(m);
		return error;
	}
	m->index = MGMT_ANY;
	*result = m;
	return 0;
}

/* --- adapters ------------------------------------------------------------ */

static int check_settings(uint16_t settings)
{
	if (!(settings & POWERED))
		return -ENETDOWN;
	return settings & LOW_ENERGY ? 0 : -EOPNOTSUPP;
}

/* Whether the adapter can be used: 0 or why not, as mgmt_choose(). */
static int check_adapter(struct mgmt *m, uint16_t index, int cancel)
{
	struct control_reply reply;
	int error = control_ask(&m->control, READ_INFO, index, &reply, cancel);

	if (error < 0)
		return error;
	if (reply.status != SUCCESS || reply.length < INFO)
		return -ENODEV;
	return check_settings(get_le16(reply.body + INFO_SETTINGS));
}

/* The adapters of the system in the order of their numbers, which is not the
 * kernel's; how many there are. */
static int list_adapters(
	struct mgmt *m, uint16_t adapters[ADAPTERS_MAX], int cancel)
{
	struct control_reply reply;
	int error = control_ask(
		&m->control, READ_INDEX_LIST, CONTROL_NO_INDEX, &reply, cancel);
	int count;

	if (error < 0)
		return error;
	if (reply.status != SUCCESS || reply.length < 2)
		return 0;
	count = get_le16(reply.body);
	if ((size_t)count > (reply.length - 2) / 2)
		count = (int)(reply.length - 2) / 2;
	if (count > ADAPTERS_MAX)
		count = ADAPTERS_MAX;
	for (int i = 0; i < count; i++) {
		uint16_t index = get_le16(reply.body + 2 + 2 * i);
		int n = i;

		for (; n > 0 && adapters[n - 1] > index; n--)
			adapters[n] = adapters[n - 1];
		adapters[n] = index;
	}
	return count;
}

int mgmt_choose(struct mgmt *m, int adapter, int cancel)
{
	uint16_t adapters[ADAPTERS_MAX];
	int result = -ENODEV;
	int count;

	m->index = adapter;
	count = list_adapters(m, adapters, cancel);
	if (count < 0)
		return count;
	/* If none can be used, reports the first one. */
	for (int i = 0; i < count; i++) {
		int error;

		if (adapter != MGMT_ANY && adapters[i] != adapter)
			continue;
		error = check_adapter(m, adapters[i], cancel);
		if (error == 0 || result == -ENODEV) {
			m->index = adapters[i];
			result = error;
		}
		if (error == 0 || error == -BT_ECANCELED)
			return error;
	}
	return result;
}

int mgmt_index(const struct mgmt *m)
{
	return m ? m->index : MGMT_ANY;
}

/* --- discovery ----------------------------------------------------------- */

static int send_discovery(struct mgmt *m, enum control_command command)
{
	const uint8_t types[] = { LE_TYPES };

	return control_send(
		&m->control, command, (uint16_t)m->index, types, sizeof types);
}

/* The reply to Start Discovery: 0, or a permanent error. Other errors may be
 * gone in a second: the adapter is connecting, or busy. */
static int take_start(struct mgmt *m, uint8_t status)
{
	m->status = status;
	m->state = status == SUCCESS ? OWN : NONE;
	m->has_begun |= status == SUCCESS;
	m->retry = clock_monotonic() + RETRY_TIME;
	switch (status) {
	case DENIED:
		return -EPERM;
	case NOT_POWERED:
		return -ENETDOWN;
	case BLOCKED:
		return -ERFKILL;
	case INVALID_INDEX:
		return -ENODEV;
	case UNKNOWN_COMMAND:
	case NOT_SUPPORTED:
		return -EOPNOTSUPP;
	}
	return 0;
}

/* The kernel ends a discovery after 10 s, ours and that of others. */
static void take_discovering(struct mgmt *m, const struct control_event *event)
{
	if (event->length < 2 || event->body[1] != 0)
		return;
	if (m->state == OWN)
		m->state = NONE;
	/* After a discovery that ends at once, waits before the next one. */
	if (m->status != SUCCESS)
		m->retry = clock_monotonic();
}

static int take_settings(const struct control_event *event)
{
	if (event->length >= 4 && !(get_le16(event->body) & POWERED))
		return -ENETDOWN;
	return 0;
}

/* Device Found: address, type, RSSI, flags (4), length, advertising data. */
static int take_device(struct report *report, const struct control_event *event)
{
	const uint8_t *body = event->body;

	if (event->length < FOUND ||
		get_le16(body + 12) > event->length - FOUND ||
		(body[6] != LE_PUBLIC && body[6] != LE_RANDOM))
		return 0;
	report->address = (struct address){
		.kind = ADDRESS_BLE,
		.type = body[6] == LE_RANDOM ? ADDRESS_RANDOM : ADDRESS_PUBLIC,
	};
	for (int i = 0; i < 6; i++)
		report->address.octets[i] = body[5 - i];
	report->rssi = (int8_t)body[7];
	report->data = body + FOUND;
	report->length = get_le16(body + 12);
	return 1;
}

static int take_event(struct mgmt *m, struct report *report,
	const struct control_event *event)
{
	struct control_reply reply;

	if (event->index != m->index)
		return 0;
	switch (event->code) {
	case COMMAND_COMPLETE:
	case COMMAND_STATUS:
		return control_is_reply(&reply, event, START_DISCOVERY)
			? take_start(m, reply.status)
			: 0;
	case DISCOVERING:
		take_discovering(m, event);
		return 0;
	case DEVICE_FOUND:
		return take_device(report, event);
	case NEW_SETTINGS:
		return take_settings(event);
	case INDEX_REMOVED:
		return -ENODEV;
	}
	return 0;
}

/* Asks for a discovery when it is time to; when to look after it again. */
static int64_t keep_discovery(struct mgmt *m, int *error)
{
	*error = 0;
	if (m->state != NONE)
		return INT64_MAX;
	if (clock_left(m->retry) > 0)
		return m->retry;
	*error = send_discovery(m, START_DISCOVERY);
	m->state = ASKED;
	return INT64_MAX;
}

int mgmt_next(
	struct mgmt *m, struct report *report, int64_t deadline, int cancel)
{
	struct control_event event;
	int error;
	int64_t due = keep_discovery(m, &error);

	if (error < 0)
		return error;
	error = control_receive(
		&m->control, &event, due < deadline ? due : deadline, cancel);
	if (error == -BT_ETIMEOUT && due < deadline)
		return 0;
	return error > 0 ? take_event(m, report, &event) : error;
}

bool mgmt_has_begun(const struct mgmt *m)
{
	return m->has_begun;
}

int mgmt_status(const struct mgmt *m)
{
	return m->status;
}

bool mgmt_is_shared(const struct mgmt *m)
{
	return m->state == NONE && m->status == BUSY;
}

/* A requested discovery must have started before it can be ended. */
static void stop_discovery(struct mgmt *m)
{
	int64_t deadline = clock_monotonic() + STOP_TIME;
	struct control_event event;
	struct report report;
	struct control_reply reply;
	int n = 0;

	while (n >= 0 && m->state == ASKED)
		n = mgmt_next(m, &report, deadline, -1);
	if (m->state != OWN)
		return;
	n = send_discovery(m, STOP_DISCOVERY);
	while (n >= 0) {
		n = control_receive(&m->control, &event, deadline, -1);
		if (n > 0 && event.index == m->index &&
			control_is_reply(&reply, &event, STOP_DISCOVERY))
			return;
	}
}

void mgmt_close(struct mgmt *m)
{
	if (!m)
		return;
	stop_discovery(m);
	close(m->control.fd);
	free(m);
}
