/* The loop: wait for a report, keep it, print those that are due. */
#include "scan.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/message.h"
#include "base/output.h"
#include "advertisers.h"
#include "print.h"

/* ms. The kernel does not repeat reports of another program's discovery, so the
 * time starts with a discovery of our own. The kernel ends each one after 10.24
 * s; ours is next. This bounds the wait for it. */
#define SHARED_TIME 11000

struct scan {
	struct mgmt *mgmt;
	struct advertisers *advertisers;
	const struct options *options;
	struct scan_result *result;
	enum print_form form;
	int64_t deadline;
	bool has_begun;
	bool has_shared;
};

static int write_line(struct scan *s, const char *text, size_t length)
{
	s->result->output = output_line(text, length);
	return s->result->output < 0 ? -BT_EOUTPUT : 0;
}

/* Prints those that are due at that time. */
static int write_due(struct scan *s, int64_t now)
{
	const struct advertiser *advertiser;
	char text[PRINT_MAX];

	while ((advertiser = advertisers_next(s->advertisers, now))) {
		size_t length =
			print_line(text, advertiser, s->form, s->options->all);
		int error = write_line(s, text, length);

		if (error < 0)
			return error;
	}
	s->result->stations = advertisers_stations(s->advertisers);
	return 0;
}

static void check_discovery(struct scan *s)
{
	if (!s->has_begun && mgmt_has_begun(s->mgmt)) {
		s->has_begun = true;
		if (s->options->time > 0)
			s->deadline = clock_monotonic() + s->options->time;
	}
	if (!s->has_shared && mgmt_is_shared(s->mgmt)) {
		s->has_shared = true;
		message("another program is scanning: using its results until "
			"it ends");
	}
}

static int listen_until(struct scan *s, int cancel)
{
	struct report report;
	int n = 0;

	while (n >= 0 && clock_left(s->deadline) > 0) {
		int64_t due = advertisers_due(s->advertisers);
		int error;

		n = mgmt_next(s->mgmt, &report,
			due < s->deadline ? due : s->deadline, cancel);
		if (n > 0)
			advertisers_add(
				s->advertisers, &report, clock_monotonic());
		if (n == -BT_ETIMEOUT)
			n = 0;
		check_discovery(s);
		error = write_due(s, clock_monotonic());
		if (error < 0)
			return error;
	}
	return n < 0 ? n : 0;
}

static int listen_and_write(struct scan *s, int cancel)
{
	int error, last;

	if (s->form == PRINT_COLUMNS) {
		char text[PRINT_MAX];
		size_t length = print_header(text, s->options->all);

		error = write_line(s, text, length);
		if (error < 0)
			return error;
	}
	error = listen_until(s, cancel);
	if (error == -BT_EOUTPUT)
		return error;
	last = write_due(s, ADVERTISERS_END);
	return last < 0 ? last : error;
}

static enum print_form choose_form(const struct options *options)
{
	if (options->json)
		return PRINT_JSON;
	return isatty(STDOUT_FILENO) ? PRINT_COLUMNS : PRINT_TABS;
}

int scan(struct scan_result *result, struct mgmt *mgmt,
	const struct options *options, const struct maps *maps, int cancel)
{
	const struct advertisers_wanted wanted = { .all = options->all,
		.changes = options->watch };
	struct scan s = {
		.mgmt = mgmt,
		.options = options,
		.result = result,
		.form = choose_form(options),
		.deadline = INT64_MAX,
	};
	int error = advertisers_new(&s.advertisers, maps, &wanted);

	*result = (struct scan_result){ 0 };
	if (error < 0)
		return error;
	if (options->time > 0)
		s.deadline = clock_monotonic() + options->time + SHARED_TIME;
	error = listen_and_write(&s, cancel);
	advertisers_free(s.advertisers);
	return error;
}
