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

static const struct {
	uint16_t type, serial;
	bool swapped;
} places[] = {
	{ 10, 17, 0 },
	{ 110, 116, 1 },
};

/* In version 1 registers 110 to 115 are cell voltages: "text" only if every
 * byte is printable, and a type begins with a letter. */
static bool is_type(const char *text)
{
	return (text[0] >= 'A' && text[0] <= 'Z') && text[1] != '\0';
}

void identity_read(struct identity *identity, const struct poll *poll)
{
	memset(identity, 0, sizeof *identity);
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		const uint16_t *type = poll_registers(
			poll, POLL_ANY_PACK, 1, places[i].type, TYPE_COUNT);
		const uint16_t *serial = poll_registers(
			poll, POLL_ANY_PACK, 1, places[i].serial, SERIAL_COUNT);
		char text[VALUE_TEXT_MAX + 1];

		if (!type ||
			value_text(text, type, TYPE_COUNT, places[i].swapped) !=
				VALUE_TEXT ||
			!is_type(text))
			continue;
		memcpy(identity->type, text, sizeof text);
		if (serial && value_serial(serial) > 0 &&
			value_serial(serial) <= SERIAL_MAX)
			identity->serial = value_serial(serial);
		return;
	}
}
