/* Keys of a JSON object, and reasons. */
#include "object.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/errors.h"

int object_refuse(char why[OBJECT_WHY], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, OBJECT_WHY, format, arguments);
	va_end(arguments);
	return -BT_ECLASSIC;
}

const char *object_text(
	const json_t *object, const char *key, char why[OBJECT_WHY])
{
	const json_t *value = json_object_get(object, key);

	if (!value)
		object_refuse(why, "%s: is missing", key);
	else if (!json_is_string(value))
		object_refuse(why, "%s: not a text", key);
	return json_string_value(value);
}
