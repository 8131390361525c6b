/*
 * Notes about lines of other tools' logs that cannot be decoded. Each kind is
 * reported once, with a count: a log may have thousands of such lines.
 */
#ifndef BT_DECODE_IMPORT_NOTES_H
#define BT_DECODE_IMPORT_NOTES_H

#include <stdbool.h>

#include "base/failure.h"

enum note {
	/* Reported at once, then counted: data were lost. */
	NOTE_NO_REQUEST,
	NOTE_CUT,
	NOTE_CHECKSUM,
	NOTE_MISMATCH,
	NOTE_PAYLOAD,
	NOTE_SECOND,
	NOTE_ENCRYPTED,
	/* Reported at once, and only once. */
	NOTE_LOCAL,
	NOTE_NO_DAY,
	/* Reported at the end: no data were lost. */
	NOTE_OTHER_LINE,
	NOTE_OTHER_VALUE,
};
#define NOTES (NOTE_OTHER_VALUE + 1)

struct notes {
	struct note_count {
		const char *file; /* of the first */
		unsigned long number;
		unsigned long count;
	} list[NOTES];
	bool is_new[NOTES]; /* to be reported at once */
};

/* Counts a note at this position. */
void notes_add(struct notes *notes, enum note note, const char *file,
	unsigned long number);

/*
 * Returns the next note that is due; if at_end, the remaining ones too. Returns
 * 0 if there is none; 1 and the text in *failure, whose code is 0 if no data
 * were lost, else -BT_EFIELDS.
 */
int notes_take(struct notes *notes, bool at_end, struct failure *failure);

#endif
