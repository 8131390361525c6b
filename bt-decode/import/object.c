/* Keys of a JSON object. */
#include "object.h"

#include "base/errors.h"

const char *object_text(
	const json_t *object, const char *key, struct failure *failure)
{
	const json_t *value = json_object_get(object, key);

	if (!value)
		object_refuse(failure, "%s: is missing", key);
	else if (!json_is_string(value))
		object_refuse(failure, "%s: not a text", key);
	return json_string_value(value);
}
