/* Each trouble once. */
#include "station/reported-errors.h"

#include <sysexits.h>

#include "base/errors.h"

bool reported_errors_add(struct reported_errors *trouble, int error)
{
	for (unsigned i = 0; i < trouble->count; i++)
		if (trouble->said[i] == error)
			return false;
	if (trouble->count == REPORTED_ERRORS_MAX)
		return false;
	trouble->said[trouble->count++] = error;
	return true;
}

bool reported_errors_clear(struct reported_errors *trouble)
{
	bool was_told = trouble->count > 0;

	trouble->count = 0;
	return was_told;
}

int reported_errors_status(const struct reported_errors *trouble)
{
	for (unsigned i = 0; i < trouble->count; i++)
		if (error_status(trouble->said[i]) == EX_PROTOCOL)
			return EX_PROTOCOL;
	return EX_UNAVAILABLE;
}
