/* The list of errors, expanded into texts, words and exit statuses. */
#include "base/errors.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

struct error {
	const char *tag;
	int status;
	const char *text;
};

static const struct error errors[] = {
#define BT_ERROR_ROW(name, tag, status, text) \
	[name - BT_ERROR_BASE - 1] = { tag, status, text },
	BT_ERRORS(BT_ERROR_ROW)
#undef BT_ERROR_ROW
};

/* The texts of each list once more, in a section with its name: for
 * test/manual.bats. */
#define BT_ERROR_TEXT(name, tag, status, text) text,
#define TABLE(list) \
	static const char list##_texts[][128] __attribute__(( \
		section(#list), used)) = { list(BT_ERROR_TEXT) }

TABLE(BT_STATION_ERRORS);
TABLE(BT_FRAME_ERRORS);
TABLE(BT_PROGRAM_ERRORS);
TABLE(BT_DATABASE_ERRORS);

_Static_assert(
	sizeof errors / sizeof errors[0] == BT_ERROR_END - BT_ERROR_BASE - 1,
	"one row for each error");

static const struct error *find(int error)
{
	int n = -error - BT_ERROR_BASE - 1;

	return n >= 0 && -error < BT_ERROR_END ? &errors[n] : NULL;
}

const char *error_text(int error)
{
	const struct error *e = find(error);

	return e ? e->text : strerror(-error);
}

const char *error_tag(int error)
{
	const struct error *e = find(error);

	return e ? e->tag : "system";
}

int error_status(int error)
{
	const struct error *e = find(error);

	if (e)
		return e->status;
	switch (-error) {
	case EACCES:
	case EPERM:
		return EX_NOPERM;
	case ENOMEM:
		return EX_TEMPFAIL;
	}
	return EX_IOERR;
}
