/* Notifications to frames, plain or not. */
#include "station/channel.h"

#include <string.h>

#include "base/clock.h"
#include "base/errors.h"

/* ms to write one message of the handshake. */
#define REPLY_TIME 5000

/* ms until the next message of a handshake that has begun: 0.1 s is usual
 * (chromedshark/bluetti-web-discovery src/testing). */
#define HANDSHAKE_TIME 5000

/* ms to read all notifications received so far. */
#define DROP_TIME 100
#define DROP_EACH 2

void channel_open(struct channel *channel, struct att *att)
{
	channel->att = att;
	channel->is_secure = false;
	channel->has_challenged = false;
	if (channel->secure)
		secure_reset(channel->secure);
}

void channel_close(struct channel *channel)
{
	att_free(channel->att);
	channel_open(channel, NULL);
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

/* The next notification of the station's frames. Its length; 0 for another. */
static int next_value(struct channel *channel,
	uint8_t value[ATT_NOTIFICATION_MAX], int64_t deadline)
{
	uint16_t handle;
	int n = att_next_notification(channel->att, &handle, value, deadline);

	if (n < 0)
		return n;
	if (handle != channel->gatt.notify)
		return 0;
	return is_module_command(value, (size_t)n) ? -BT_EMODULE : n;
}

/* Takes the next frame from the session and writes its replies. Returns as
 * channel_read(), 0 if more bytes are needed. */
static int next_message(
	struct channel *channel, uint8_t frame[MODBUS_FRAME_MAX])
{
	uint8_t message[SECURE_WIRE_MAX];
	size_t length;

	for (;;) {
		int event = secure_next(channel->secure, message, &length);

		if (event < 0 || event == SECURE_NOTHING)
			return event;
		if (event == SECURE_OPEN)
			return -BT_ERENEWED;
		if (event == SECURE_FRAME) {
			memcpy(frame, message, length);
			return (int)length;
		}
		event = gatt_write(channel->att, &channel->gatt, message,
			length, clock_monotonic() + REPLY_TIME);
		if (event < 0)
			return event;
	}
}

/* A whole handshake message: pieces of frames do not end in its checksum. */
static bool is_challenge(const uint8_t *value, size_t length)
{
	struct handshake handshake;

	return handshake_parse(&handshake, value, length) == 0 &&
		handshake.type == HANDSHAKE_CHALLENGE;
}

/* Gives a notification to the session. */
static int take_value(
	struct channel *channel, const uint8_t *value, size_t length)
{
	channel->is_secure = true;
	return secure_receive(channel->secure, value, length);
}

int channel_is_challenged(struct channel *channel)
{
	int64_t until = clock_monotonic() + DROP_TIME;
	uint8_t value[ATT_NOTIFICATION_MAX];
	int n = 0;

	if (!channel->secure)
		return false;
	while (n >= 0 && clock_left(until) > 0) {
		n = next_value(channel, value, clock_monotonic() + DROP_EACH);
		/* Its first piece may be a single byte. */
		if (n > 0 && (channel->is_secure || value[0] == 0x2a))
			n = take_value(channel, value, (size_t)n);
	}
	return n >= 0 || n == -BT_ETIMEOUT ? channel->is_secure : n;
}

int channel_read(struct channel *channel, uint8_t piece[MODBUS_FRAME_MAX],
	int64_t deadline)
{
	uint8_t value[ATT_NOTIFICATION_MAX];
	int n = channel->is_secure ? next_message(channel, piece) : 0;

	if (n != 0)
		return n;
	n = next_value(channel, value, deadline);
	if (n <= 0)
		return n;
	if (channel->is_secure || is_challenge(value, (size_t)n)) {
		if (!channel->secure) {
			channel->has_challenged = true;
			return 0;
		}
		n = take_value(channel, value, (size_t)n);
		return n < 0 ? n : next_message(channel, piece);
	}
	if (n > MODBUS_FRAME_MAX)
		return -BT_EMISMATCH;
	memcpy(piece, value, (size_t)n);
	return n;
}

int channel_shake_hands(struct channel *channel, int64_t deadline)
{
	uint8_t piece[MODBUS_FRAME_MAX];
	int n;

	do
		n = channel_read(channel, piece, deadline);
	while (n >= 0 && clock_left(deadline) > 0);
	if (n == -BT_ERENEWED)
		return 0;
	return n >= 0 || n == -BT_ETIMEOUT ? -BT_EHANDSHAKE : n;
}

/* A new handshake may have begun since the last frame. */
int channel_write(struct channel *channel, const uint8_t *frame, size_t length,
	int64_t deadline)
{
	uint8_t wire[SECURE_WIRE_MAX];
	int error = 0;

	if (!channel->is_secure)
		return gatt_write(
			channel->att, &channel->gatt, frame, length, deadline);
	if (!secure_is_open(channel->secure))
		error = channel_shake_hands(
			channel, clock_monotonic() + HANDSHAKE_TIME);
	if (error == 0)
		error = secure_seal(
			channel->secure, frame, length, wire, &length);
	if (error < 0)
		return error;
	return gatt_write(channel->att, &channel->gatt, wire, length, deadline);
}

int channel_drop(struct channel *channel)
{
	int64_t until = clock_monotonic() + DROP_TIME;
	uint8_t piece[MODBUS_FRAME_MAX];
	int n;

	do
		n = channel_read(channel, piece, clock_monotonic() + DROP_EACH);
	while ((n >= 0 || n == -BT_ERENEWED) && clock_left(until) > 0);
	return n >= 0 || n == -BT_ETIMEOUT || n == -BT_ERENEWED ? 0 : n;
}
