/*
 * What a log of another tool has that is not understood: told once a kind,
 * with a count. A log may have thousands of such lines.
 */
#ifndef BT_DECODE_IMPORT_NOTES_H
#define BT_DECODE_IMPORT_NOTES_H

#include <stdbool.h>

#include "base/failure.h"

enum note {
	/* Told at once, and counted from then on: something was lost. */
	NOTE_NO_REQUEST,
	NOTE_CUT,
	NOTE_CHECKSUM,
	NOTE_MISMATCH,
	NOTE_PAYLOAD,
	NOTE_SECOND,
	NOTE_ENCRYPTED,
	/* Told at once, and only once. */
	NOTE_LOCAL,
	NOTE_NO_DAY,
	/* Told at the end: nothing was lost. */
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
	bool is_new[NOTES]; /* to be told at once */
};

/* Counts one, in this line. */
void notes_add(struct notes *notes, enum note note, const char *file,
	unsigned long number);

/*
 * The next one that is to be told: at once, or if at_end, what is left. Returns
 * 0 if there is none; 1 and the text in *failure, whose code is 0 if nothing
 * was lost, else -BT_EFIELDS.
 */
int notes_take(struct notes *notes, bool at_end, struct failure *failure);

#endif
