/* Requests without an answer so far. */
#include "station/unanswered.h"

void unanswered_add(
	struct unanswered *late, const struct modbus_request *request)
{
	if (late->count < UNANSWERED_MAX)
		late->requests[late->count] = *request;
	if (late->count <= UNANSWERED_MAX)
		late->count++;
}

static bool is_full(const struct unanswered *late)
{
	return late->count > UNANSWERED_MAX;
}

static bool same(const struct modbus_request *a, const struct modbus_request *b)
{
	return a->unit == b->unit && a->function == b->function &&
		a->address == b->address && a->count == b->count &&
		a->value == b->value;
}

bool unanswered_confuses(
	const struct unanswered *late, const struct modbus_request *request)
{
	if (is_full(late))
		return true;
	for (unsigned i = 0; i < late->count; i++) {
		const struct modbus_request *other = &late->requests[i];

		if (request->function == MODBUS_READ &&
			other->function == MODBUS_READ &&
			other->unit == request->unit &&
			other->count == request->count &&
			other->address != request->address)
			return true;
	}
	return false;
}

bool unanswered_has_other(
	const struct unanswered *late, const struct modbus_request *request)
{
	for (unsigned i = 0; i < late->count && !is_full(late); i++)
		if (late->requests[i].unit == request->unit &&
			late->requests[i].function == request->function &&
			!same(&late->requests[i], request))
			return true;
	return false;
}

bool unanswered_take(
	struct unanswered *late, const uint8_t *frame, size_t length)
{
	for (unsigned i = 0; i < late->count && !is_full(late); i++) {
		if (modbus_check_answer(&late->requests[i], frame, length) < 0)
			continue;
		late->count--;
		late->requests[i] = late->requests[late->count];
		return true;
	}
	return false;
}
