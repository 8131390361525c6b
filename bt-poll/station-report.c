/* Messages about a station. */
#include "station-report.h"

#include <stdbool.h>
#include <string.h>
#include <sysexits.h>

#include "base/errors.h"
#include "base/message.h"
#include "station/connect-failure.h"

void report_trouble(
	struct reported_errors *told, const struct client *client, int error)
{
	const char *who = client->frame_writer.address;
	bool is_linked = error == -BT_ESILENT || error == -BT_EMIXED;

	if (is_linked && client->cause)
		error = client->cause;
	if (!reported_errors_add(told, error))
		return;
	if (is_linked)
		message("%s: connected, but nothing good comes: %s; trying "
			"again",
			who, error_text(error));
	else if (error == -BT_EATT)
		message("%s: %s 0x%02x; trying again", who, error_text(error),
			station_att_code(client->station));
	else
		message("%s: %s; trying again", who,
			reason_text(client->address, error));
}

void report_well(struct reported_errors *told, const struct client *client)
{
	if (reported_errors_clear(told))
		message("%s: back", client->frame_writer.address);
}

void report_counters(const struct client *client)
{
	char text[COUNTERS_TEXT];

	counters_format(text, &client->count);
	message("%s: %s", client->frame_writer.address, text);
}

int report_end(const struct reported_errors *told, const struct client *client,
	int error)
{
	const char *who = client->frame_writer.address;

	switch (error) {
	case 0:
		return EX_OK;
	case -BT_ECANCELED:
		return client->options->polls ? EX_TEMPFAIL : EX_OK;
	case -BT_ETIMEOUT:
		message("%s: no good answer in %lld s: given up", who,
			(long long)client->options->timeout / 1000);
		return reported_errors_status(told);
	case -BT_ENOMAP:
		message("%s: \"%s\": %s; --model says which map to use, "
			"--read which registers",
			who, client->frame_writer.name, error_text(error));
		break;
	case -BT_EOUTPUT:
		message("%s: %s", error_text(error),
			strerror(client->frame_writer.output_error));
		break;
	default:
		message("%s: %s", who, error_text(error));
	}
	return error_status(error);
}
