/* Notes about logs of other tools, and their counts. */
#include "notes.h"

#include "base/errors.h"

enum when { LOST, ONCE, AT_END };

static const enum when when[NOTES] = {
	[NOTE_LOCAL] = ONCE,
	[NOTE_NO_DAY] = ONCE,
	[NOTE_OTHER_LINE] = AT_END,
	[NOTE_OTHER_VALUE] = AT_END,
};

static const char texts[NOTES][80] MESSAGE_TABLE = {
	[NOTE_NO_REQUEST] = "neither a request nor the response to one",
	[NOTE_CUT] = "frame is not complete",
	[NOTE_CHECKSUM] = "checksum is wrong",
	[NOTE_MISMATCH] = "response does not match its request",
	[NOTE_PAYLOAD] = "data length does not match the request",
	[NOTE_SECOND] = "another station's line in the same log: decode one "
			"station at a time",
	[NOTE_ENCRYPTED] =
		"an encrypted session: its messages cannot be decrypted",
	[NOTE_LOCAL] = "local times are taken as UTC: set their offset with "
		       "--utc-offset",
	[NOTE_NO_DAY] = "times have no date: --time gives the day",
	[NOTE_OTHER_LINE] = "lines without an exchange",
	[NOTE_OTHER_VALUE] = "values that are not MODBUS frames, of other "
			     "devices or services",
};

void notes_add(struct notes *notes, enum note note, const char *file,
	unsigned long number)
{
	struct note_count *count = &notes->list[note];

	if (count->count++ > 0)
		return;
	count->file = file;
	count->number = number;
	notes->is_new[note] = when[note] != AT_END;
}

static void report_first(
	struct failure *failure, const struct note_count *count, enum note note)
{
	failure_set_at(failure, when[note] == LOST ? -BT_EFIELDS : 0,
		count->file, count->number, "%s", texts[note]);
}

static void report_count(
	struct failure *failure, const struct note_count *count, enum note note)
{
	failure_set_at(failure, 0, count->file, 0, "%s: %lu, first in line %lu",
		texts[note], count->count, count->number);
}

/* Whether its count must be reported at the end of the input. */
static bool is_counted(const struct note_count *count, enum note note)
{
	switch (when[note]) {
	case LOST:
		return count->count > 1;
	case ONCE:
		return false;
	case AT_END:
		return count->count > 0;
	}
	return false;
}

int notes_take(struct notes *notes, bool at_end, struct failure *failure)
{
	for (enum note note = 0; note < NOTES; note++) {
		struct note_count *count = &notes->list[note];

		if (notes->is_new[note]) {
			notes->is_new[note] = false;
			report_first(failure, count, note);
			return 1;
		}
		if (at_end && is_counted(count, note)) {
			report_count(failure, count, note);
			count->count = 0;
			return 1;
		}
	}
	return 0;
}
