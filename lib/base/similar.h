/*
 * Which of several names was meant by a mistyped one.
 *
 *   similar_begin(&similar, name, length);
 *   … similar_try(&similar, candidate);
 *   similar.best
 */
#ifndef BT_BASE_SIMILAR_H
#define BT_BASE_SIMILAR_H

struct similar {
	const char *name; /* what was typed */
	int length;	  /* bytes of it */
	int least;	  /* changes from it to best */
	const char *best; /* the one to suggest; NULL: none is similar */
};

/* name stays the caller's, and so do the candidates. */
void similar_begin(struct similar *similar, const char *name, int length);

/* A candidate that the name begins counts as the same, whatever follows; one
 * that takes too many changes not at all. Upper and lower case are the same.
 * Of equal ones the first is best. */
void similar_try(struct similar *similar, const char *candidate);

#endif
