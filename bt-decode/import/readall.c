/* Dumps of bluetti-readall. */
#include "readall.h"

#include "base/errors.h"
#include "base/hex.h"
#include "ble/address.h"

bool readall_fits(const json_t *object)
{
	/* A record, bt-records(5), may have registers too. */
	return json_object_get(object, "registers") &&
		(json_object_get(object, "mac") ||
			json_object_get(object, "iotVersion"));
}

static int read_bytes(const struct dump *dump, uint8_t bytes[DUMP_BYTES],
	const char *key, const json_t *value, struct failure *failure)
{
	int n;

	if (!json_is_string(value))
		return object_refuse(
			failure, "%s: %s: not a text", dump->key, key);
	n = hex_decode(bytes, DUMP_BYTES, json_string_value(value),
		json_string_length(value));
	if (n == -BT_ELENGTH)
		return dump_refuse_count(dump, key, failure);
	if (n < 0)
		return object_refuse(
			failure, "%s: %s: %s", dump->key, key, error_text(n));
	if (n % 2 != 0)
		return object_refuse(failure,
			"%s: %s: half a register at the end", dump->key, key);
	return n;
}

int readall_open(
	struct dump *dump, const json_t *object, struct failure *failure)
{
	const char *mac = json_string_value(json_object_get(object, "mac"));
	struct address address;

	if (mac && address_parse(&address, mac) == 0)
		address_format(dump->address, &address);
	dump->key = "registers";
	dump->read_bytes = read_bytes;
	return dump_open(dump, object, failure);
}
