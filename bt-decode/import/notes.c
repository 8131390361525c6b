/* Kinds of what is not understood, and their counts. */
#include "notes.h"

#include "base/errors.h"

enum when { LOST, ONCE, AT_END };

static const struct {
	enum when when;
	const char *text;
} kinds[] = {
	[NOTE_NO_REQUEST] = { LOST, "neither a request nor the answer to one" },
	[NOTE_CUT] = { LOST, "frame is not complete" },
	[NOTE_CHECKSUM] = { LOST, "checksum is wrong" },
	[NOTE_MISMATCH] = { LOST, "answer does not fit its request" },
	[NOTE_PAYLOAD] = { LOST,
		"data do not have the length that was asked for" },
	[NOTE_SECOND] = { LOST,
		"another station's line in the same log: decode one station "
		"at a time" },
	[NOTE_ENCRYPTED] = { LOST,
		"an encrypted session: what is said in it cannot be read" },
	[NOTE_LOCAL] = { ONCE,
		"local times are taken as UTC: --utc-offset says how far "
		"they are from it" },
	[NOTE_NO_DAY] = { ONCE, "times have no date: --time gives the day" },
	[NOTE_OTHER_LINE] = { AT_END, "lines that hold no exchange" },
	[NOTE_OTHER_VALUE] = { AT_END,
		"values that are no MODBUS frames: of other devices or "
		"services" },
};
_Static_assert(sizeof kinds / sizeof kinds[0] == NOTES, "each has a text");

void notes_add(struct notes *notes, enum note note, const char *file,
	unsigned long number)
{
	struct note_count *count = &notes->list[note];

	if (count->count++ > 0)
		return;
	count->file = file;
	count->number = number;
	notes->is_new[note] = kinds[note].when != AT_END;
}

static void report_first(
	struct failure *failure, const struct note_count *count, enum note note)
{
	failure_set_at(failure, kinds[note].when == LOST ? -BT_EFIELDS : 0,
		count->file, count->number, "%s", kinds[note].text);
}

static void report_count(
	struct failure *failure, const struct note_count *count, enum note note)
{
	failure_set_at(failure, 0, count->file, 0, "%s: %lu, first in line %lu",
		kinds[note].text, count->count, count->number);
}

/* Whether its count is still to be told when the input has ended. */
static bool is_counted(const struct note_count *count, enum note note)
{
	switch (kinds[note].when) {
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
