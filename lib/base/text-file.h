/*
 * A text file that is read as a whole and then line by line: maps, keys,
 * option files. Text in it may be secret: it is wiped.
 */
#ifndef BT_BASE_TEXT_FILE_H
#define BT_BASE_TEXT_FILE_H

#include <stddef.h>
#include <sys/stat.h>

#include "base/failure.h"

struct text_file {
	const char *path;   /* of the caller */
	struct stat status; /* of the file that is open */
	unsigned line;	    /* number of the current line, from 1; 0: the file
			     * as a whole */
	char *text;	    /* ends with a zero byte */
	size_t room;	    /* bytes of text */
	char *next;	    /* the next line in text */
	int descriptor;
};

/*
 * Opens a file of any type, without waiting for the writer of a pipe. The
 * caller may check the status before it reads. Returns 0, or a negative errno
 * with the reason in *failure; the caller must call text_file_close() in
 * either case.
 */
int text_file_open(
	struct text_file *file, const char *path, struct failure *failure);

/* Reads all of it, at most max bytes. Returns 0, or a negative errno with the
 * reason in *failure: -EFBIG, or -EILSEQ for a zero byte. */
int text_file_read(struct text_file *file, size_t max, struct failure *failure);

/* Returns the next line without its newline; the caller may change it. NULL
 * after the last line; then line is 0. */
char *text_file_next(struct text_file *file);

/* Wipes and frees the text, unless the caller has taken it and set it to
 * NULL. */
void text_file_close(struct text_file *file);

#endif
