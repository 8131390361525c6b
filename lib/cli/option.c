/* Values of options. */
#include "cli/option.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/errors.h"

#define SECONDS_MAX 86400

long option_number(const char *text, long least, long most)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || *end || end == text || value < least || value > most)
		return -1;
	return value;
}

int option_seconds(int64_t *ms, const char *text, char why[MESSAGE_MAX])
{
	long seconds = option_number(text, 1, SECONDS_MAX);

	if (seconds < 0)
		return message_usage(why, "not 1 to 86400 seconds: %s", text);
	*ms = (int64_t)seconds * 1000;
	return 0;
}

int option_address(
	struct address *address, const char *text, char why[MESSAGE_MAX])
{
	if (address_parse(address, text) == 0)
		return 0;
	snprintf(why, MESSAGE_MAX, "%s: %s", text, error_text(-BT_EADDRESS));
	return -EINVAL;
}
