/* A station's link: opened, discovered, secured if the station wants that. */
#include "station/station-internal.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/errors.h"
#include "ble/att-link.h"
#include "ble/att.h"
#include "ble/gatt.h"
#include "model/identity.h"

/* ms to wait for a challenge: from a station that has encrypted before, and
 * from one that disconnected after a plain request. */
#define CHALLENGE_KNOWN_MS 10000
#define CHALLENGE_GUESSED_MS 3000

int station_new(
	struct station **station, const struct address *address, int cancel)
{
	struct station *new = calloc(1, sizeof *new);
	struct secure_keys keys;

	if (!new)
		return -ENOMEM;
	secure_keys_default(&keys);
	if (secure_new(&new->channel.secure, &keys) < 0) {
		free(new);
		return -ENOMEM;
	}
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
	secure_free(station->channel.secure);
	free(station);
}

int station_secure(struct station *station, enum station_security security,
	const struct secure_keys *keys)
{
	struct secure *secure = NULL;

	if (security != STATION_PLAIN && secure_new(&secure, keys) < 0)
		return -ENOMEM;
	secure_free(station->channel.secure);
	station->channel.secure = secure;
	station->security = security;
	return 0;
}

void station_disconnect(struct station *station)
{
	channel_close(&station->channel);
}

bool station_is_secure(const struct station *station)
{
	return station->channel.is_secure;
}

bool station_was_secure(const struct station *station)
{
	return station->has_encrypted && !station->channel.is_secure;
}

bool station_is_final(const struct station *station, int error)
{
	switch (error) {
	case -BT_ECANCELED:
	case -BT_ECRYPTO:
	case -EACCES:
	case -EPERM:
		return true;
	case -BT_ECHALLENGE:
	case -BT_ESIGNATURE:
	case -BT_EREFUSED:
		return !station->has_encrypted;
	}
	return false;
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
	struct att *att;
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
	error = att_new(&att, fd, station->cancel);
	if (error < 0)
		close(fd);
	else
		channel_open(&station->channel, att);
	station->has_answered = false;
	station->is_named = false;
	station->is_unsure = false;
	station->ready = 0;
	return error;
}

int station_discover(struct station *station, int64_t deadline)
{
	struct channel *channel = &station->channel;
	int error = att_exchange_mtu(channel->att, deadline);

	if (error == 0)
		error = gatt_discover(channel->att, &channel->gatt, deadline);
	if (error == 0)
		error = gatt_subscribe(channel->att, &channel->gatt, deadline);
	return error;
}

int station_read_name(struct station *station, int64_t deadline)
{
	char name[STATION_NAME];
	int error = gatt_read_name(
		station->channel.att, name, sizeof name, deadline);

	/* Raw clients are seldom refused, bridges may hide it. */
	if (error == -BT_EATT)
		return 0;
	if (error < 0)
		return error;
	identity_trim_name(name);
	memcpy(station->name, name, sizeof name);
	station->is_named = true;
	return 0;
}

/* How long to wait for a challenge that has not come. */
static int64_t challenge_time(const struct station *station)
{
	if (station->is_encrypting || station->security == STATION_SECURE)
		return CHALLENGE_KNOWN_MS;
	return station->can_encrypt ? CHALLENGE_GUESSED_MS : 0;
}

void station_record_session(struct station *station, bool has_begun)
{
	station->can_encrypt = false;
	station->is_encrypting = has_begun;
	station->has_encrypted |= has_begun;
}

int station_shake_hands(struct station *station, int64_t deadline)
{
	struct channel *channel = &station->channel;
	int64_t wait = challenge_time(station);
	int challenged = channel_is_challenged(channel);
	int error;

	if (challenged < 0)
		return challenged;
	if (!challenged && wait == 0)
		return 0;
	if (challenged)
		wait = CHALLENGE_KNOWN_MS;
	if (clock_monotonic() + wait < deadline)
		deadline = clock_monotonic() + wait;
	error = channel_shake_hands(channel, deadline);
	if (error == 0 || !channel->is_secure)
		station_record_session(station, error == 0);
	/* It was only a guess. */
	if (error == -BT_EHANDSHAKE && !channel->is_secure &&
		station->security != STATION_SECURE)
		return 0;
	return error;
}

const char *station_name(const struct station *station)
{
	return station->name;
}

bool station_is_named(const struct station *station)
{
	return station->is_named;
}

uint8_t station_att_code(const struct station *station)
{
	return station->channel.att ? att_error_code(station->channel.att) : 0;
}
