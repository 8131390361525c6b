/* The forms of ADDR. */
#include "ble/address.h"

#include <stdio.h>
#include <string.h>

#include "base/errors.h"
#include "base/hex.h"

#define OCTETS_TEXT 17 /* 00:11:22:33:44:55 */

static const char unix_prefix[] = "unix:";

static int parse_path(struct address *address, const char *path)
{
	size_t length = strlen(path);

	if (length == 0 || length >= sizeof address->path)
		return -BT_EADDRESS;
	*address = (struct address){ .kind = ADDRESS_UNIX,
		.adapter = ADAPTER_ANY };
	memcpy(address->path, path, length + 1);
	return 0;
}

static int parse_octets(uint8_t octets[6], const char *text)
{
	for (int i = 0; i < 6; i++, text += 3) {
		int high = hex_digit(text[0]);
		int low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0 || (i < 5 && text[2] != ':'))
			return -BT_EADDRESS;
		octets[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

static enum address_type guess_type(uint8_t first)
{
	if ((first & 0xc0) != 0xc0)
		return ADDRESS_PUBLIC;
	if ((first & 0x03) != 0)
		return ADDRESS_RANDOM;
	return ADDRESS_UNKNOWN;
}

int address_parse(struct address *address, const char *text)
{
	struct address parsed = { .kind = ADDRESS_BLE, .adapter = ADAPTER_ANY };
	const char *suffix;

	if (strncmp(text, unix_prefix, strlen(unix_prefix)) == 0)
		return parse_path(address, text + strlen(unix_prefix));
	if (parse_octets(parsed.octets, text) < 0)
		return -BT_EADDRESS;

	suffix = text + OCTETS_TEXT;
	if (*suffix == '\0')
		parsed.type = guess_type(parsed.octets[0]);
	else if (strcmp(suffix, "/public") == 0)
		parsed.type = ADDRESS_PUBLIC;
	else if (strcmp(suffix, "/random") == 0)
		parsed.type = ADDRESS_RANDOM;
	else
		return -BT_EADDRESS;
	*address = parsed;
	return 0;
}

void address_format(char text[ADDRESS_TEXT], const struct address *address)
{
	const uint8_t *o = address->octets;

	if (address->kind == ADDRESS_UNIX)
		snprintf(
			text, ADDRESS_TEXT, "%s%s", unix_prefix, address->path);
	else
		snprintf(text, ADDRESS_TEXT, "%02X:%02X:%02X:%02X:%02X:%02X",
			o[0], o[1], o[2], o[3], o[4], o[5]);
}
