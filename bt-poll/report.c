/* Messages about a station. */
#include "report.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sysexits.h>

#include "error.h"
#include "message.h"
#include "reason.h"

/* True if it was said before; notes it if not. */
static bool was_said(struct report *report, int error)
{
	for (unsigned i = 0; i < report->count; i++)
		if (report->said[i] == error)
			return true;
	if (report->count == REPORT_MAX)
		return true;
	report->said[report->count++] = error;
	return false;
}

void report_trouble(
	struct report *report, const struct poller *poller, int error)
{
	const char *who = poller->journal.address;
	bool is_linked = error == -BT_ESILENT || error == -BT_EMIXED;

	if (is_linked && poller->cause)
		error = poller->cause;
	if (was_said(report, error))
		return;
	if (is_linked)
		message("%s: connected, but nothing good comes: %s; trying "
			"again",
			who, error_text(error));
	else if (error == -BT_EATT)
		message("%s: %s 0x%02x; trying again", who, error_text(error),
			station_att_code(poller->station));
	else
		message("%s: %s; trying again", who,
			reason_text(poller->address, error));
}

void report_well(struct report *report, const struct poller *poller)
{
	if (report->count == 0)
		return;
	report->count = 0;
	message("%s: back", poller->journal.address);
}

void report_counters(const struct poller *poller)
{
	char text[COUNTERS_TEXT];

	counters_format(text, &poller->count);
	message("%s: %s", poller->journal.address, text);
}

/* A station that answers, but not as a power station does, is told apart
 * from one that is not there. */
static int give_up(const struct report *report, const struct poller *poller)
{
	message("%s: no good answer in %lld s: given up",
		poller->journal.address,
		(long long)poller->options->timeout / 1000);
	for (unsigned i = 0; i < report->count; i++)
		if (error_status(report->said[i]) == EX_PROTOCOL)
			return EX_PROTOCOL;
	return EX_UNAVAILABLE;
}

int report_end(
	const struct report *report, const struct poller *poller, int error)
{
	const char *who = poller->journal.address;

	switch (error) {
	case 0:
		return EX_OK;
	case -BT_ECANCELED:
		return poller->options->polls ? EX_TEMPFAIL : EX_OK;
	case -BT_ETIMEOUT:
		return give_up(report, poller);
	case -BT_ENOMAP:
		message("%s: \"%s\": %s; --model says which map to use, "
			"--read which registers",
			who, poller->journal.name, error_text(error));
		break;
	case -BT_EOUTPUT:
		message("%s: %s", error_text(error),
			strerror(poller->journal.output_error));
		break;
	default:
		message("%s: %s", who, error_text(error));
	}
	return error_status(error);
}
