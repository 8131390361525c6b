/* Each trouble once. */
#include "trouble.h"

#include <sysexits.h>

#include "error.h"

bool trouble_add(struct trouble *trouble, int error)
{
	for (unsigned i = 0; i < trouble->count; i++)
		if (trouble->said[i] == error)
			return false;
	if (trouble->count == TROUBLE_MAX)
		return false;
	trouble->said[trouble->count++] = error;
	return true;
}

bool trouble_end(struct trouble *trouble)
{
	bool was_told = trouble->count > 0;

	trouble->count = 0;
	return was_told;
}

int trouble_status(const struct trouble *trouble)
{
	for (unsigned i = 0; i < trouble->count; i++)
		if (error_status(trouble->said[i]) == EX_PROTOCOL)
			return EX_PROTOCOL;
	return EX_UNAVAILABLE;
}
