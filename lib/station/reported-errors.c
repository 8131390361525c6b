/* Each error once. */
#include "station/reported-errors.h"

#include <sysexits.h>

#include "base/errors.h"

bool reported_errors_add(struct reported_errors *reported, int error)
{
	for (unsigned i = 0; i < reported->count; i++)
		if (reported->errors[i] == error)
			return false;
	if (reported->count == REPORTED_ERRORS_MAX)
		return false;
	reported->errors[reported->count++] = error;
	return true;
}

bool reported_errors_clear(struct reported_errors *reported)
{
	bool has_failed = reported->count > 0;

	reported->count = 0;
	return has_failed;
}

int reported_errors_status(const struct reported_errors *reported)
{
	for (unsigned i = 0; i < reported->count; i++)
		if (error_status(reported->errors[i]) == EX_PROTOCOL)
			return EX_PROTOCOL;
	return EX_UNAVAILABLE;
}
