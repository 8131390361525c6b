/* Scanning and connecting. */
#include <string.h>

#include "air-link.h"
#include "air.h"
#include "base/bytes.h"
#include "command.h"
#include "vhci.h"

#define REMOTE_VERSION_COMPLETE 0x0c
#define UPDATED 0x03

#define VERSION_4_2 8

void radio_reset(struct controller *c, struct answer *a, const uint8_t *p)
{
	(void)a;
	(void)p;
	c->used = USED_NONE;
	c->wanted = (struct wanted){ 0 };
	air_scan(c, false, false);
	for (size_t i = 0; i < c->count; i++)
		link_drop(&c->devices[i]);
}

/* Whether a command of this kind may not be given now. */
static bool is_mixed(struct controller *c, enum commands_used kind)
{
	if (c->used != USED_NONE && c->used != kind)
		return true;
	c->used = kind;
	return false;
}

/* --- scanning ------------------------------------------------------------ */

static void set_scan(struct controller *c, struct answer *a,
	enum commands_used kind, bool actively)
{
	if (is_mixed(c, kind) || c->scans)
		a->bytes[0] = HCI_DISALLOWED;
	else
		c->scans_actively = actively;
}

static void enable_scan(struct controller *c, struct answer *a,
	enum commands_used kind, const uint8_t *p)
{
	if (is_mixed(c, kind))
		a->bytes[0] = HCI_DISALLOWED;
	else
		air_scan(c, p[0], p[1]);
}

void radio_set_scan(struct controller *c, struct answer *a, const uint8_t *p)
{
	set_scan(c, a, USED_LEGACY, p[0]);
}

void radio_enable_scan(struct controller *c, struct answer *a, const uint8_t *p)
{
	enable_scan(c, a, USED_LEGACY, p);
}

/* Own address, policy, PHYs; what follows is of the first PHY. */
void radio_set_extended_scan(
	struct controller *c, struct answer *a, const uint8_t *p)
{
	set_scan(c, a, USED_EXTENDED, p[3]);
}

void radio_enable_extended_scan(
	struct controller *c, struct answer *a, const uint8_t *p)
{
	enable_scan(c, a, USED_EXTENDED, p);
}

/* --- connecting ---------------------------------------------------------- */

static void want(struct controller *c, struct answer *a,
	enum commands_used kind, const struct wanted *wanted)
{
	if (is_mixed(c, kind) || c->wanted.is_any)
		a->bytes[0] = HCI_DISALLOWED;
	else
		c->wanted = *wanted;
}

void radio_connect(struct controller *c, struct answer *a, const uint8_t *p)
{
	struct wanted wanted = {
		.is_any = true, .type = p[5], .timeout = get_le16(p + 19)
	};

	memcpy(wanted.address, p + 6, 6);
	want(c, a, USED_LEGACY, &wanted);
}

void radio_connect_extended(
	struct controller *c, struct answer *a, const uint8_t *p)
{
	struct wanted wanted = {
		.is_any = true, .type = p[2], .timeout = get_le16(p + 20)
	};

	memcpy(wanted.address, p + 3, 6);
	want(c, a, USED_EXTENDED, &wanted);
}

void radio_cancel(struct controller *c, struct answer *a, const uint8_t *p)
{
	(void)p;
	if (!c->wanted.is_any)
		a->bytes[0] = HCI_DISALLOWED;
}

void radio_cancelled(struct controller *c, const uint8_t *p)
{
	(void)p;
	link_cancel(c, HCI_NO_CONNECTION);
}

/* --- connections --------------------------------------------------------- */

void radio_has_link(struct controller *c, struct answer *a, const uint8_t *p)
{
	if (!link_find(c, get_le16(p)))
		a->bytes[0] = HCI_NO_CONNECTION;
}

void radio_updated(struct controller *c, const uint8_t *p)
{
	uint8_t body[10] = { UPDATED };

	link_find(c, get_le16(p))->link.timeout = get_le16(p + 8);
	memcpy(body + 2, p, 2);
	memcpy(body + 4, p + 4, 6);
	vhci_event(c, LE_META, body, sizeof body);
}

/* A device that fails does not answer this. */
void radio_remote_features(struct controller *c, const uint8_t *p)
{
	struct device *device = link_find(c, get_le16(p));

	if (device->failure == 0)
		link_tell_features(c, device, HCI_OK);
}

void radio_remote_version(struct controller *c, const uint8_t *p)
{
	uint8_t body[8] = { HCI_OK, p[0], p[1], VERSION_4_2 };

	vhci_event(c, REMOTE_VERSION_COMPLETE, body, sizeof body);
}

void radio_disconnected(struct controller *c, const uint8_t *p)
{
	link_end(c, link_find(c, get_le16(p)), HCI_HOST_ENDED);
}
