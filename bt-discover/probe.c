/* Reads registers and records the results. */
#include "probe.h"

#include <string.h>

#include "base/clock.h"
#include "base/errors.h"
#include "modbus/modbus.h"

/* Where a station of either version answers, if no other register is known
 * to: they need not be in the range. */
static const uint16_t likely[] = { IDENTITY_VERSION, 100, 102, 43 };
#define LIKELY (int)(sizeof likely / sizeof likely[0])

/* How often a block that is silent is asked for before that is believed. */
#define EDGE_TRIES 2

static uint16_t address_of(const struct frame_line *line)
{
	struct modbus_request request = { 0 };

	/* The request was built here, so it is valid. */
	modbus_parse_request(&request, line->request, line->request_length);
	return request.address;
}

/* The station was alive: writes the lines of the registers that were silent. */
static int release_held(struct probe *p)
{
	int error = 0;

	for (unsigned i = 0; i < p->held_count && error == 0; i++) {
		coverage_set(&p->coverage, address_of(&p->held[i]),
			p->is_second[i] ? COVERAGE_ABSENT : COVERAGE_QUIET);
		error = frame_writer_write(&p->talk.frame_writer, &p->held[i]);
	}
	p->held_count = 0;
	return error;
}

/* It was not: nothing is known of them. */
static void drop_held(struct probe *p)
{
	for (unsigned i = 0; i < p->held_count; i++)
		coverage_set(&p->coverage, address_of(&p->held[i]),
			p->is_second[i] ? COVERAGE_QUIET : COVERAGE_UNKNOWN);
	p->held_count = 0;
}

/* Reads without a line. Any answer releases the held line. */
static int ask(struct probe *p, uint32_t address, unsigned count,
	struct frame_line *line)
{
	int outcome =
		talk_read(&p->talk, (uint16_t)address, (uint16_t)count, line);
	int error = 0;

	progress_show(&p->progress, &p->coverage, p->talk.requests, p->left);
	if (outcome == TALK_ANSWERED || outcome == TALK_REFUSED)
		error = release_held(p);
	return error < 0 ? error : outcome;
}

/* Records that the register is answered. A read of several registers is better
 * proof that the station responds: late answers to single reads cannot be
 * mistaken for its answer. */
static void record_answered(struct probe *p, uint32_t address, unsigned count)
{
	if (p->answered >= 0 && count == 1 && p->together > 1)
		return;
	p->answered = (int32_t)address;
	p->together = (uint16_t)count;
}

/* One round: 1 if the station responds, else 0. */
static int check_alive(struct probe *p)
{
	unsigned count = p->answered < 0 ? 1 : p->together;
	struct frame_line line;

	for (int i = 0; i < (p->answered < 0 ? LIKELY : 1); i++) {
		uint16_t address =
			p->answered < 0 ? likely[i] : (uint16_t)p->answered;
		int outcome = ask(p, address, count, &line);

		if (outcome == TALK_ANSWERED)
			record_answered(p, address, count);
		if (outcome != TALK_SILENT && outcome != TALK_FAILED)
			return outcome < 0 ? outcome : 1;
	}
	return 0;
}

int probe_judge(struct probe *probe)
{
	int alive = probe->held_count == 0;

	while (alive == 0) {
		int error;

		alive = check_alive(probe);
		if (alive != 0)
			break;
		drop_held(probe);
		error = talk_silence(&probe->talk);
		if (error < 0)
			return error;
	}
	return alive < 0 ? alive : 0;
}

static int hold(
	struct probe *p, uint32_t address, const struct frame_line *line)
{
	p->held[p->held_count] = *line;
	p->is_second[p->held_count] =
		coverage_get(&p->coverage, address) == COVERAGE_QUIET;
	p->held_count++;
	coverage_set(&p->coverage, address, COVERAGE_HELD);
	return p->held_count == PROBE_HELD_MAX ? probe_judge(p) : 0;
}

static void record_served(struct probe *p, uint32_t address, unsigned count,
	const struct frame_line *line)
{
	for (unsigned i = 0; i < count; i++)
		coverage_set(&p->coverage, address + i, COVERAGE_SERVED);
	record_answered(p, address, count);
	if (p->talk.options->unit_id == 1 && address <= IDENTITY_VERSION &&
		IDENTITY_VERSION < address + count)
		p->identity.protocol = identity_protocol(modbus_register(
			line->response, IDENTITY_VERSION - address));
}

int probe_one(struct probe *probe, uint32_t address)
{
	struct frame_line line;
	int outcome = ask(probe, address, 1, &line);
	int error = 0;

	switch (outcome) {
	case TALK_ANSWERED:
		record_served(probe, address, 1, &line);
		error = frame_writer_write(&probe->talk.frame_writer, &line);
		return error < 0 ? error : 1;
	case TALK_REFUSED:
		probe->talk.has_refused = true;
		coverage_set(&probe->coverage, address, COVERAGE_ABSENT);
		return frame_writer_write(&probe->talk.frame_writer, &line);
	case TALK_SILENT:
		return hold(probe, address, &line);
	case TALK_FAILED:
		coverage_set(&probe->coverage, address, COVERAGE_FAILED);
		return frame_writer_write(&probe->talk.frame_writer, &line);
	}
	return outcome;
}

int probe_block(struct probe *probe, uint32_t address, unsigned count)
{
	struct frame_line line;
	int outcome = ask(probe, address, count, &line);
	int error;

	if (outcome < 0)
		return outcome;
	if (outcome == TALK_ANSWERED)
		record_served(probe, address, count, &line);
	error = frame_writer_write(&probe->talk.frame_writer, &line);
	return error < 0 ? error : outcome == TALK_ANSWERED;
}

/* Silence of a station that was not alive, or an answer that was lost, must
 * not make all blocks believed. */
static int ask_edge(struct probe *p, uint32_t address, struct frame_line *line)
{
	int outcome = TALK_SILENT;

	for (int i = 0; i < EDGE_TRIES && outcome == TALK_SILENT; i++) {
		int alive = 1;

		outcome = ask(p, address, 2, line);
		if (outcome == TALK_SILENT)
			alive = check_alive(p);
		if (alive != 1)
			return alive < 0 ? alive : TALK_FAILED;
	}
	return outcome;
}

int probe_edge(struct probe *probe, uint32_t address)
{
	struct frame_line line;
	int outcome = ask_edge(probe, address, &line);
	int error;

	if (outcome < 0)
		return outcome;
	if (outcome == TALK_ANSWERED)
		frame_writer_failure(&line, -BT_EMOVED);
	error = frame_writer_write(&probe->talk.frame_writer, &line);
	if (error < 0)
		return error;
	if (outcome == TALK_FAILED)
		return 2;
	return outcome == TALK_ANSWERED;
}

void probe_recall(struct probe *probe, const struct frame_line *line)
{
	struct modbus_request request = { 0 };
	struct coverage *coverage = &probe->coverage;
	uint32_t a;
	int code;

	modbus_parse_request(&request, line->request, line->request_length);
	a = request.address;
	if (request.function != MODBUS_READ ||
		request.unit_id != probe->talk.options->unit_id)
		return;
	code = line->response_length > 0 ? modbus_exception(line->response) : 0;
	if (line->response_length > 0 && code == 0)
		record_served(probe, a, request.count, line);
	if (request.count != 1 ||
		(code > 0 && modbus_is_busy(line->response)) ||
		coverage_get(coverage, a) == COVERAGE_SERVED)
		return;
	if (code > 0) {
		probe->talk.has_refused = true;
		coverage_set(coverage, a, COVERAGE_ABSENT);
	} else if (strcmp(line->error_tag, error_tag(-BT_ETIMEOUT)) == 0) {
		coverage_set(coverage, a,
			coverage_get(coverage, a) == COVERAGE_QUIET
				? COVERAGE_ABSENT
				: COVERAGE_QUIET);
	}
}
