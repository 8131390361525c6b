/*
 * An ATT server: Bluetooth Core Specification 5.4, volume 3, part F. Written
 * apart from lib/ble/att.c, so that one checks the other.
 */
#include "gatt-server.h"

#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "database.h"
#include "discovery.h"
#include "request.h"
#include "send.h"

#define COMMAND_FLAG 0x40
#define ERROR_RESPONSE 0x01
#define MTU_REQUEST 0x02
#define MTU_RESPONSE 0x03
#define CCCD_NOTIFY 0x0001
#define WRITE_REQUEST 0x12
#define EXECUTE_WRITE 0x18
#define CONFIRMATION 0x1e

static void hide(struct gatt *gatt, uint16_t first, uint16_t last)
{
	gatt->hidden = (struct range){ first, last };
}

/* What strikes the whole of a connection. */
static int strike_connection(struct gatt *gatt, const struct played *played)
{
	const struct fault *mtu = played_find(played, FAULT_MTU);
	const struct fault *fragment = played_find(played, FAULT_FRAGMENT);

	if (played_find(played, FAULT_REFUSE))
		return -ECONNABORTED;
	if (mtu)
		gatt->mtu_most = (uint16_t)mtu->number;
	if (fragment)
		gatt->fragment = fragment->number;
	if (played_find(played, FAULT_NO_NOTIFY))
		hide(gatt, HANDLE_SERVICE + 1, HANDLE_NOTIFY_CCCD);
	if (played_find(played, FAULT_NO_SERVICE))
		hide(gatt, HANDLE_SERVICE, HANDLE_LAST);
	gatt->stalled = played_find(played, FAULT_STALL) != NULL;
	gatt->muted = played_find(played, FAULT_MUTE) != NULL;
	return 0;
}

int gatt_init(struct gatt *gatt, int fd, const struct gatt_options *options,
	struct registers *registers, struct faults *faults)
{
	struct played played;

	*gatt = (struct gatt){
		.fd = fd,
		.name = options->name,
		.registers = registers,
		.faults = faults,
		.mtu_most = options->mtu,
		.mtu = SIM_MTU_MIN,
		.fragment = options->fragment,
	};
	exchange_init(&gatt->exchange, &options->exchange);
	faults_play(faults, AT_CONNECTION, NULL, &played);
	return strike_connection(gatt, &played);
}

/* Each side names what it can take; the smaller one holds. */
static void agree_mtu(struct gatt *gatt, uint16_t theirs)
{
	gatt->mtu = theirs < gatt->mtu_most ? theirs : gatt->mtu_most;
	if (gatt->mtu < SIM_MTU_MIN)
		gatt->mtu = SIM_MTU_MIN;
}

static int serve_mtu(struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	uint8_t response[3] = { MTU_RESPONSE };

	if (length != 3)
		return send_error(gatt, pdu[0], 0, INVALID_PDU);
	agree_mtu(gatt, get_le16(pdu + 1));
	put_le16(response + 1, gatt->mtu_most);
	return send_pdu(gatt, response, sizeof response);
}

/* --- what a central writes ----------------------------------------------- */

/* A subscription to ff01 is what a station that encrypts waits for. */
static int take_subscription(struct gatt *gatt, uint8_t opcode, uint16_t cccd)
{
	const struct exchange_options *options = gatt->exchange.options;
	bool begins = options->encrypts && cccd & CCCD_NOTIFY &&
		!(gatt->cccd[0] & CCCD_NOTIFY);
	int error = 0;

	gatt->cccd[0] = cccd;
	if (begins && options->is_early)
		error = exchange_begin(gatt, false);
	if (error == 0)
		error = send_write_response(gatt, opcode);
	if (error == 0 && begins && !options->is_early)
		error = exchange_begin(gatt, false);
	return error;
}

/* A write that is allowed: confirmed, then done. */
static int take_value(struct gatt *gatt, uint8_t opcode, uint16_t handle,
	const uint8_t *value, size_t length)
{
	switch (handle) {
	case HANDLE_NOTIFY_CCCD:
		return take_subscription(gatt, opcode, get_le16(value));
	case HANDLE_SPARE_CCCD:
		gatt->cccd[1] = get_le16(value);
		break;
	case HANDLE_WRITE:
		return request_take(gatt, opcode, value, length);
	}
	return send_write_response(gatt, opcode);
}

/* Why a write is refused, or 0. */
static uint8_t refuse_write(
	const struct gatt *gatt, uint16_t handle, uint8_t may, size_t length)
{
	const struct attribute *attribute = discovery_find(gatt, handle);

	if (!attribute)
		return INVALID_HANDLE;
	if (!(attribute->may & may))
		return WRITE_NOT_PERMITTED;
	if ((handle == HANDLE_NOTIFY_CCCD || handle == HANDLE_SPARE_CCCD) &&
		length != 2)
		return INVALID_LENGTH;
	return 0;
}

static int serve_write(struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	uint16_t handle;
	uint8_t code;

	if (length < 3)
		return send_error(gatt, pdu[0], 0, INVALID_PDU);
	handle = get_le16(pdu + 1);
	code = refuse_write(gatt, handle, MAY_WRITE, length - 3);
	if (code != 0)
		return send_error(gatt, pdu[0], handle, code);
	return take_value(gatt, pdu[0], handle, pdu + 3, length - 3);
}

static int serve_write_command(
	struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	if (length < 3 ||
		refuse_write(
			gatt, get_le16(pdu + 1), MAY_COMMAND, length - 3) != 0)
		return 0;
	return take_value(gatt, pdu[0], get_le16(pdu + 1), pdu + 3, length - 3);
}

/* Pieces must come in order and for one attribute: more than any client of
 * these stations needs. */
static int serve_prepare_write(
	struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	uint8_t response[SIM_MTU_MAX];
	uint16_t handle;
	uint8_t code;

	if (length < 5)
		return send_error(gatt, pdu[0], 0, INVALID_PDU);
	handle = get_le16(pdu + 1);
	code = refuse_write(gatt, handle, MAY_WRITE, 2);
	if (code == 0 &&
		(get_le16(pdu + 3) != gatt->prepared ||
			(gatt->prepared > 0 &&
				handle != gatt->prepared_handle)))
		code = INVALID_OFFSET;
	if (code == 0 && length - 5 > sizeof gatt->value - gatt->prepared)
		code = INVALID_LENGTH;
	if (code != 0)
		return send_error(gatt, pdu[0], handle, code);
	memcpy(gatt->value + gatt->prepared, pdu + 5, length - 5);
	gatt->prepared += length - 5;
	gatt->prepared_handle = handle;
	memcpy(response, pdu, length);
	response[0] = 0x17;
	return send_pdu(gatt, response, length);
}

static int serve_execute_write(
	struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	size_t prepared = gatt->prepared;

	if (length != 2 || pdu[1] > 1)
		return send_error(gatt, pdu[0], 0, INVALID_PDU);
	gatt->prepared = 0;
	if (pdu[1] == 1 && prepared > 0 &&
		refuse_write(
			gatt, gatt->prepared_handle, MAY_WRITE, prepared) != 0)
		return send_error(
			gatt, pdu[0], gatt->prepared_handle, INVALID_LENGTH);
	if (pdu[1] == 0 || prepared == 0)
		return send_write_response(gatt, pdu[0]);
	return take_value(
		gatt, pdu[0], gatt->prepared_handle, gatt->value, prepared);
}

/* --- what a central answers ---------------------------------------------- */

static int take_mtu(struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	if (length == 3)
		agree_mtu(gatt, get_le16(pdu + 1));
	gatt->registers->counters->mtu_responses++;
	return 0;
}

static int take_refusal(struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	if (length == 5 && pdu[4] == NOT_SUPPORTED)
		gatt->registers->counters->refusals++;
	return 0;
}

static int take_confirmation(
	struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	(void)pdu;
	if (length == 1)
		gatt->registers->counters->confirmations++;
	return 0;
}

static const struct {
	uint8_t opcode;
	int (*serve)(struct gatt *, const uint8_t *pdu, size_t length);
} served[] = {
	{ ERROR_RESPONSE, take_refusal },
	{ MTU_REQUEST, serve_mtu },
	{ MTU_RESPONSE, take_mtu },
	{ 0x04, discovery_information },
	{ 0x06, discovery_by_type_value },
	{ 0x08, discovery_read_by_type },
	{ 0x0a, discovery_read },
	{ 0x0c, discovery_read },
	{ 0x10, discovery_read_by_type },
	{ WRITE_REQUEST, serve_write },
	{ 0x16, serve_prepare_write },
	{ EXECUTE_WRITE, serve_execute_write },
	{ CONFIRMATION, take_confirmation },
	{ WRITE_COMMAND, serve_write_command },
};

static int dispatch(struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	if (length > gatt->mtu)
		return send_error(gatt, pdu[0], 0, INVALID_PDU);
	for (size_t i = 0; i < sizeof served / sizeof served[0]; i++)
		if (served[i].opcode == pdu[0])
			return served[i].serve(gatt, pdu, length);
	if (pdu[0] & COMMAND_FLAG)
		return 0;
	return send_error(gatt, pdu[0], 0, NOT_SUPPORTED);
}

/* What wants a response; those of the central's own are odd, commands and its
 * confirmation want none. */
static bool is_request(uint8_t opcode)
{
	return opcode % 2 == 0 && !(opcode & COMMAND_FLAG) &&
		opcode != CONFIRMATION;
}

int gatt_serve(struct gatt *gatt, const uint8_t *pdu, size_t length)
{
	const struct fault *refusal;
	struct played played;
	int error;

	if (gatt->stalled)
		return 0;
	faults_play(gatt->faults, AT_PDU, NULL, &played);
	refusal = played_find(&played, FAULT_ATT_ERROR);
	gatt->stalled = played_find(&played, FAULT_STALL) != NULL;
	if (played_find(&played, FAULT_MUTE))
		gatt->muted = true;
	error = send_strays(gatt, &played);
	if (error < 0 || gatt->stalled)
		return error;
	if (played_find(&played, FAULT_DROP))
		return -ECONNABORTED;
	if (played_find(&played, FAULT_SILENCE))
		return 0;
	if (refusal && is_request(pdu[0]))
		return send_error(gatt, pdu[0], 0, (uint8_t)refusal->number);
	return dispatch(gatt, pdu, length);
}
