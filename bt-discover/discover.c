/* From the former output to the summary. */
#include "discover.h"

#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>

#include "base/errors.h"
#include "base/message.h"
#include "base/output.h"
#include "hints.h"
#include "model/identity.h"
#include "probe.h"
#include "resume.h"
#include "search-registers.h"
#include "secrets.h"
#include "summary.h"

#define EX_NONE 1 /* no register is served */

/* Of the station's map, else by its version register; 0: not known. */
static int protocol_of(const struct probe *probe)
{
	const struct map *map = identity_map(&probe->identity,
		probe->talk.frame_writer.name, probe->talk.options->maps);

	return map ? map->protocol : probe->identity.protocol;
}

/*
 * Where secrets are depends on the version of the protocol. The registers of
 * version 2's passwords are harmless in version 1, and its type is there.
 */
static int leave_secrets(struct probe *probe)
{
	const struct options *options = probe->talk.options;
	struct coverage *coverage = &probe->coverage;
	int protocol = protocol_of(probe);
	int served;

	secrets_mark(coverage, options->maps, protocol, options->unit_id);
	if (protocol != 0 || options->unit_id != 1 ||
		coverage_get(coverage, IDENTITY_VERSION) != COVERAGE_UNKNOWN)
		return 0;
	served = probe_one(probe, IDENTITY_VERSION);
	if (served == 1)
		secrets_mark(coverage, options->maps, protocol_of(probe),
			options->unit_id);
	return served < 0 ? served : 0;
}

static int search(struct probe *probe)
{
	const struct options *options = probe->talk.options;
	struct hints *hints = NULL;
	struct search search;
	int error = talk_open(&probe->talk);

	if (error == 0)
		error = hints_new(&hints, options->maps, options->unit_id);
	if (error == 0 && !options->secrets)
		error = leave_secrets(probe);
	if (error == 0) {
		search_init(&search, probe, hints, options->quick);
		error = search_run(&search);
	}
	hints_free(hints);
	return error;
}

static int complete(const struct coverage *coverage)
{
	if (coverage->counts[COVERAGE_FAILED] > 0)
		return EX_TEMPFAIL;
	return coverage->counts[COVERAGE_SERVED] > 0 ? EX_OK : EX_NONE;
}

/* Ends the file's last line, which is cut off, if the output is appended to it.
 */
static int end_line(struct probe *probe)
{
	int error = output_line("\n", 1);

	if (error == 0)
		return 0;
	probe->talk.frame_writer.output_error = -error;
	return -BT_EOUTPUT;
}

static int run(struct probe *probe)
{
	const struct options *options = probe->talk.options;
	bool is_cut = false;
	int status = EX_OK;
	int error;

	if (options->resume)
		status = resume_read(probe, options->resume, &is_cut);
	if (status != EX_OK)
		return status;
	error = is_cut ? end_line(probe) : 0;
	if (error == 0)
		error = search(probe);
	progress_clear(&probe->progress);
	status = error == 0 ? complete(&probe->coverage)
			    : reconnect_end(&probe->talk.link,
				      &probe->talk.frame_writer, error);
	summary_print(probe);
	return status;
}

int discover(const struct options *options)
{
	struct probe *probe = calloc(1, sizeof *probe);
	int status;

	if (!probe) {
		message("%s", error_text(-ENOMEM));
		return EX_TEMPFAIL;
	}
	probe->answered = -1;
	coverage_init(&probe->coverage, options->first, options->last);
	progress_init(&probe->progress);
	talk_init(&probe->talk, options, &probe->progress);
	status = run(probe);
	talk_release(&probe->talk);
	free(probe);
	return status;
}
