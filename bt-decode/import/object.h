/* Members of a JSON object of another tool. */
#ifndef BT_DECODE_IMPORT_OBJECT_H
#define BT_DECODE_IMPORT_OBJECT_H

#include <jansson.h>

#include "base/errors.h"
#include "base/failure.h"

/* The code of each refused object. */
enum { BT_EOBJECT = BT_ERROR_END };

/* -BT_EOBJECT with a reason, as of printf(3). */
#define object_refuse(failure, ...) \
	failure_set(failure, -BT_EOBJECT, __VA_ARGS__)

/* The text of a key, owned by the object; NULL with the reason in *failure. */
const char *object_text(
	const json_t *object, const char *key, struct failure *failure);

#endif
