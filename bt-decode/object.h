/* What a JSON object of another tool holds, or why it is refused. */
#ifndef BT_DECODE_OBJECT_H
#define BT_DECODE_OBJECT_H

#include <jansson.h>

/* A reason for refusing something, with its terminating zero. */
#define OBJECT_WHY 200

/* Puts the reason into why; returns -BT_ECLASSIC. */
int object_refuse(char why[OBJECT_WHY], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The text of a key, which lies in the object; NULL, and the reason in why, if
 * there is none. */
const char *object_text(
	const json_t *object, const char *key, char why[OBJECT_WHY]);

#endif
