/* Whether and how a station is to encrypt. */
#include "cli/option-secure.h"

#include "station/secure-keys.h"
#include "station/station.h"

int option_plain(const struct cli_value *value)
{
	*(enum station_security *)value->member = STATION_PLAIN;
	return 0;
}

int option_secure(const struct cli_value *value)
{
	*(enum station_security *)value->member = STATION_SECURE;
	return 0;
}

int option_keys(const struct cli_value *value)
{
	return secure_keys_read(value->member, value->text, value->failure);
}
