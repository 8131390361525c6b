/*
 * Messages for people: "tool: what happened: why" on standard error.
 *
 * What comes from outside (a name from the air, a line from a file) may hold
 * anything; a control byte never reaches the terminal but as an escape.
 */
#ifndef BT_BASE_MESSAGE_H
#define BT_BASE_MESSAGE_H

/* Longest message in bytes; what is longer ends in "...". */
#define MESSAGE_MAX 1024

/*
 * Writes the program's name, ": ", the formatted text and a newline with one
 * write(2), so that lines of several processes do not mix. errno is kept.
 */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Writes nothing: puts what is wrong with the command line into why, and that
 * --help may help. Returns -EINVAL, so that a function that reads options can
 * end with it.
 */
int message_usage(char why[MESSAGE_MAX], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
