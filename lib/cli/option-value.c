/* Values of options. */
#include "cli/option-value.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/errors.h"

#define SECONDS_MAX 86400
#define ADAPTER "hci"
#define ADAPTER_MAX 65534 /* 65535 means none */

long option_number(const char *text, long least, long most)
{
	long value;

	if (*text == '\0' || text[strspn(text, "0123456789")] != '\0')
		return -1;
	errno = 0;
	value = strtol(text, NULL, 10);
	return errno || value < least || value > most ? -1 : value;
}

int option_seconds(const struct cli_value *value)
{
	long seconds = option_number(value->text, 1, SECONDS_MAX);

	if (seconds < 0)
		return failure_set(value->failure, -EINVAL,
			"not 1 to 86400 seconds: %s", value->text);
	*(int64_t *)value->member = (int64_t)seconds * 1000;
	return 0;
}

int option_adapter(const struct cli_value *value)
{
	long adapter = -1;

	if (strncmp(value->text, ADAPTER, strlen(ADAPTER)) == 0)
		adapter = option_number(
			value->text + strlen(ADAPTER), 0, ADAPTER_MAX);
	if (adapter < 0)
		return failure_set(value->failure, -EINVAL,
			"not an adapter like hci0: %s", value->text);
	*(int *)value->member = (int)adapter;
	return 0;
}

int option_address(
	struct address *address, const char *text, struct failure *failure)
{
	int error = address_parse(address, text);

	return error == 0 ? 0
			  : failure_set(failure, error, "%s: %s", text,
				    error_text(error));
}
