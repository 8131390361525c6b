/*
 * The type and the serial number: registers 10 and 17 in version 1, 110 and
 * 116 (with the bytes of the text exchanged) in version 2 of the protocol
 * (warhammerkid/bluetti_mqtt core/devices, Patrick762/bluetti-bt-lib
 * base_devices).
 */
#include "identity.h"

#include <stdbool.h>
#include <string.h>

#define TYPE_COUNT 6
#define SERIAL_COUNT 4
#define SERIAL_MAX INT64_C(9999999999999)

/* Register 16 is the version in both; lower values are none. */
#define PROTOCOL 16
#define PROTOCOL_1 1000
#define PROTOCOL_2 2000

static const struct place {
	uint16_t type, serial;
	int protocol;
} places[] = {
	{ 10, 17, 1 },
	{ 110, 116, 2 },
};

/* In version 1 registers 110 to 115 are cell voltages: "text" only if every
 * byte is printable, and a type begins with a letter. */
static bool is_type(const char *text)
{
	return (text[0] >= 'A' && text[0] <= 'Z') && text[1] != '\0';
}

/* 0 if register 16 was not read or says nothing. */
static int read_protocol(const struct poll *poll)
{
	const uint16_t *version =
		poll_registers(poll, POLL_ANY_PACK, 1, PROTOCOL, 1);

	if (!version || *version < PROTOCOL_1)
		return 0;
	return *version < PROTOCOL_2 ? 1 : 2;
}

static bool read_place(struct identity *identity, const struct poll *poll,
	const struct place *place)
{
	const uint16_t *type =
		poll_registers(poll, POLL_ANY_PACK, 1, place->type, TYPE_COUNT);
	const uint16_t *serial = poll_registers(
		poll, POLL_ANY_PACK, 1, place->serial, SERIAL_COUNT);
	char text[VALUE_TEXT_MAX + 1];

	if (!type ||
		value_text(text, type, TYPE_COUNT, place->protocol == 2) !=
			VALUE_TEXT ||
		!is_type(text))
		return false;
	memcpy(identity->type, text, sizeof text);
	identity->protocol = place->protocol;
	if (serial && value_serial(serial) > 0 &&
		value_serial(serial) <= SERIAL_MAX)
		identity->serial = value_serial(serial);
	return true;
}

void identity_read(struct identity *identity, const struct poll *poll)
{
	memset(identity, 0, sizeof *identity);
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		if (read_place(identity, poll, &places[i]))
			return;
	identity->protocol = read_protocol(poll);
}
