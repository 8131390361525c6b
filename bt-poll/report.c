/* Messages about a station. */
#include "report.h"

#include <stdbool.h>
#include <string.h>
#include <sysexits.h>

#include "error.h"
#include "message.h"
#include "reason.h"

void report_trouble(
	struct trouble *told, const struct poller *poller, int error)
{
	const char *who = poller->journal.address;
	bool is_linked = error == -BT_ESILENT || error == -BT_EMIXED;

	if (is_linked && poller->cause)
		error = poller->cause;
	if (!trouble_add(told, error))
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

void report_well(struct trouble *told, const struct poller *poller)
{
	if (trouble_end(told))
		message("%s: back", poller->journal.address);
}

void report_counters(const struct poller *poller)
{
	char text[COUNTERS_TEXT];

	counters_format(text, &poller->count);
	message("%s: %s", poller->journal.address, text);
}

int report_end(
	const struct trouble *told, const struct poller *poller, int error)
{
	const char *who = poller->journal.address;

	switch (error) {
	case 0:
		return EX_OK;
	case -BT_ECANCELED:
		return poller->options->polls ? EX_TEMPFAIL : EX_OK;
	case -BT_ETIMEOUT:
		message("%s: no good answer in %lld s: given up", who,
			(long long)poller->options->timeout / 1000);
		return trouble_status(told);
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
