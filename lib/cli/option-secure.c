/* How a station is to be talked with. */
#include "cli/option-secure.h"

_Static_assert(MESSAGE_MAX >= SECURE_KEYS_TEXT, "a reason fits");

int option_security(enum station_security *security,
	enum station_security wanted, char why[MESSAGE_MAX])
{
	if (*security != STATION_AUTO && *security != wanted)
		return message_usage(why, "--plain excludes --secure");
	*security = wanted;
	return 0;
}

int option_keys(
	struct secure_keys *keys, const char *path, char why[MESSAGE_MAX])
{
	struct secure_keys_error bad = { .line = 0 };
	int error = secure_keys_read(keys, path, &bad);

	if (error < 0)
		secure_keys_error_format(why, path, error, &bad);
	return error;
}
