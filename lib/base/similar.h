/*
 * Finds the name that a mistyped one is most similar to.
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

/* The caller keeps name and the candidates. */
void similar_begin(struct similar *similar, const char *name, int length);

/* A candidate that begins with the name counts as equal; one with too many
 * differences does not count. Case does not matter. Of equally similar
 * candidates, the first wins. */
void similar_try(struct similar *similar, const char *candidate);

#endif
