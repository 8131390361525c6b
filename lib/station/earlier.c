/* Which answers could be taken for others. */
#include "station/earlier.h"

void earlier_add(struct earlier *earlier, const struct asked *asked,
	enum earlier_state state, int64_t time)
{
	struct earlier_request *oldest =
		&earlier->requests[earlier->count % EARLIER_MAX];

	if (earlier->count >= EARLIER_MAX &&
		oldest->state == EARLIER_UNANSWERED &&
		oldest->time > earlier->lost)
		earlier->lost = oldest->time;
	*oldest = (struct earlier_request){ *asked, state, time };
	earlier->count++;
}

static unsigned kept(const struct earlier *earlier)
{
	return earlier->count < EARLIER_MAX ? earlier->count : EARLIER_MAX;
}

static bool is_same(const struct asked *a, const struct asked *b)
{
	return a->pack == b->pack && a->request.unit_id == b->request.unit_id &&
		a->request.function == b->request.function &&
		a->request.address == b->request.address &&
		a->request.count == b->request.count &&
		a->request.value == b->request.value;
}

/* The answer to a write names its register and value. */
static bool is_alike(const struct earlier_request *earlier,
	const struct asked *asked, bool is_exception)
{
	const struct modbus_request *a = &earlier->asked.request;
	const struct modbus_request *b = &asked->request;

	if (a->unit_id != b->unit_id || a->function != b->function)
		return false;
	if (is_exception)
		return earlier->state != EARLIER_ANSWERED;
	return a->function == MODBUS_READ && a->count == b->count;
}

int64_t earlier_last(const struct earlier *earlier, const struct asked *asked,
	enum earlier_state state, bool is_exception)
{
	int64_t last = state == EARLIER_UNANSWERED ? earlier->lost : 0;

	for (unsigned i = 0; i < kept(earlier); i++) {
		const struct earlier_request *e = &earlier->requests[i];

		if (e->state == state && e->time > last &&
			!is_same(&e->asked, asked) &&
			is_alike(e, asked, is_exception))
			last = e->time;
	}
	return last;
}

bool earlier_take_old(
	struct earlier *earlier, const struct asked *asked, int64_t now)
{
	struct earlier_request *first = NULL;

	for (unsigned i = 0; i < kept(earlier); i++) {
		struct earlier_request *e = &earlier->requests[i];

		if (e->state == EARLIER_UNANSWERED &&
			is_same(&e->asked, asked) &&
			e->time <= now - EARLIER_LATE &&
			e->time > now - EARLIER_KEPT &&
			(!first || e->time < first->time))
			first = e;
	}
	if (first)
		first->state = EARLIER_ANSWERED;
	return first != NULL;
}

bool earlier_has(
	const struct earlier *earlier, const uint8_t *frame, size_t length)
{
	for (unsigned i = 0; i < kept(earlier); i++)
		if (modbus_check_answer(&earlier->requests[i].asked.request,
			    frame, length) == 0)
			return true;
	return false;
}
