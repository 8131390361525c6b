/* Advertising reports: 7.7.65.2 and 7.7.65.13. */
#include "air.h"

#include <stdio.h>
#include <string.h>

#include "air-link.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "vhci.h"

enum { REPORT = 0x02, EXTENDED_REPORT = 0x0d };

/* Types of legacy reports. */
enum { CONNECTABLE = 0, NOT_CONNECTABLE = 3, SCAN_RESPONSE = 4 };

/* Bits of the type of extended ones. */
enum { CAN_CONNECT = 1, CAN_SCAN = 2, IS_RESPONSE = 8, IS_LEGACY = 16 };

#define UNSPECIFIED 0x7f /* no transmission power, no second channel's set */
#define NO_SET 0xff
#define PHY_1M 1

/* ms: six connection events without an answer, after which there never was a
 * connection (volume 6, part B, 4.5). */
#define ESTABLISH_TIME 180

void air_format(char text[AIR_ADDRESS], const struct device *device)
{
	const uint8_t *a = device->address;

	snprintf(text, AIR_ADDRESS, "%02X:%02X:%02X:%02X:%02X:%02X", a[5], a[4],
		a[3], a[2], a[1], a[0]);
}

struct device *air_find(
	struct controller *c, const uint8_t address[6], uint8_t type)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->devices[i].type == type &&
			memcmp(c->devices[i].address, address, 6) == 0)
			return &c->devices[i];
	return NULL;
}

static bool is_connectable(const struct device *device)
{
	return device->socket[0] != '\0';
}

/* --- reports ------------------------------------------------------------- */

static void report_legacy(struct controller *c, const struct device *device,
	uint8_t type, const uint8_t *data, size_t length)
{
	uint8_t body[12 + LEGACY_MAX] = { REPORT, 1, type, device->type };

	memcpy(body + 4, device->address, 6);
	body[10] = (uint8_t)length;
	memcpy(body + 11, data, length);
	body[11 + length] = (uint8_t)device->rssi;
	vhci_event(c, LE_META, body, 12 + length);
}

static void report_extended(struct controller *c, const struct device *device,
	uint16_t type, const uint8_t *data, size_t length)
{
	uint8_t body[26 + DATA_MAX] = { EXTENDED_REPORT, 1 };

	put_le16(body + 2, type);
	body[4] = device->type;
	memcpy(body + 5, device->address, 6);
	body[11] = PHY_1M;
	body[13] = NO_SET;
	body[14] = UNSPECIFIED;
	body[15] = (uint8_t)device->rssi;
	body[25] = (uint8_t)length;
	memcpy(body + 26, data, length);
	vhci_event(c, LE_META, body, 26 + length);
}

/* What is longer than legacy data was sent in the extended way, which only a
 * scan of that kind hears. */
static void report_data(struct controller *c, const struct device *device)
{
	bool connectable = is_connectable(device);
	bool is_long = device->length > LEGACY_MAX;
	unsigned type = connectable ? CAN_CONNECT : 0;

	if (!is_long) {
		type |= IS_LEGACY;
		if (connectable)
			type |= CAN_SCAN;
	}
	if (c->used == USED_EXTENDED)
		report_extended(c, device, (uint16_t)type, device->data,
			device->length);
	else if (!is_long)
		report_legacy(c, device,
			connectable ? CONNECTABLE : NOT_CONNECTABLE,
			device->data, device->length);
}

static void report_response(struct controller *c, const struct device *device)
{
	const unsigned type = IS_LEGACY | IS_RESPONSE | CAN_SCAN | CAN_CONNECT;

	if (c->used == USED_EXTENDED)
		report_extended(c, device, type, device->response,
			device->response_length);
	else
		report_legacy(c, device, SCAN_RESPONSE, device->response,
			device->response_length);
}

static void report(struct controller *c, struct device *device)
{
	if (!c->scans || (c->filters_duplicates && device->was_heard))
		return;
	device->was_heard = true;
	report_data(c, device);
	if (c->scans_actively && device->response_length > 0)
		report_response(c, device);
}

void air_scan(struct controller *c, bool enable, bool filter)
{
	if (enable != c->scans)
		note("scan %s",
			!enable			    ? "off"
				: c->scans_actively ? "active"
						    : "passive");
	c->scans = enable;
	c->filters_duplicates = filter;
	for (size_t i = 0; i < c->count; i++)
		c->devices[i].was_heard = false;
}

/* --- time ---------------------------------------------------------------- */

static bool is_wanted(const struct controller *c, const struct device *device)
{
	return c->wanted.is_any && is_connectable(device) &&
		c->wanted.type == device->type &&
		memcmp(c->wanted.address, device->address, 6) == 0;
}

static bool is_lost(const struct device *device)
{
	return !device->in_reach &&
		clock_monotonic() - device->left >= 10 * device->link.timeout;
}

static void check_link(struct controller *c, struct device *device)
{
	int64_t age = clock_monotonic() - device->link.begin;

	if (is_lost(device))
		link_end(c, device, HCI_TIMEOUT);
	else if (device->failure != 0 && age >= ESTABLISH_TIME) {
		/* The kernel has asked, and still waits. */
		link_tell_features(c, device, device->failure);
		link_end(c, device, device->failure);
	}
}

void air_tick(struct controller *c)
{
	for (size_t i = 0; i < c->count; i++) {
		struct device *device = &c->devices[i];

		if (device->link.fd >= 0) {
			check_link(c, device);
		} else if (device->in_reach) {
			if (is_wanted(c, device))
				link_begin(c, device);
			else
				report(c, device);
		}
	}
}
