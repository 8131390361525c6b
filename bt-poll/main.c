/* bt-poll(1): polls power stations and writes frame lines. */
#include <errno.h>
#include <stdio.h>
#include <sysexits.h>

#include "base/errors.h"
#include "base/message.h"
#include "base/output.h"
#include "model/directory.h"
#include "poll-options.h"
#include "supervisor.h"

static int load_maps(struct maps **maps, struct options *options)
{
	const char *directory = maps_directory(options->directory);
	char reason[MAP_ERROR_TEXT];
	struct map_error bad;

	if (maps_load(maps, directory, &bad) < 0) {
		map_error_format(reason, &bad);
		message("%s", reason);
		return EX_CONFIG;
	}
	options->maps = *maps;
	if (!options->model)
		return EX_OK;
	options->map = maps_by_model(*maps, options->model);
	if (options->map)
		return EX_OK;
	message("no map for model %s in %s", options->model, directory);
	return EX_CONFIG;
}

static int run(struct options *options)
{
	struct maps *maps = NULL;
	int status = EX_OK;

	if (options->block_count == 0)
		status = load_maps(&maps, options);
	if (status == EX_OK)
		status = supervise(options);
	maps_free(maps);
	return status;
}

int main(int argc, char **argv)
{
	struct options options;
	char why[MESSAGE_MAX];
	int action = options_read(&options, argc, argv, why);
	int status = EX_OK;

	switch (action) {
	case OPTIONS_RUN:
		status = run(&options);
		break;
	case OPTIONS_HELP:
		fputs(options_help, stdout);
		break;
	case OPTIONS_VERSION:
		puts("bt-poll (bluetti-tools) " VERSION);
		break;
	default:
		message("%s", why);
		status = action == -EINVAL ? EX_USAGE : error_status(action);
	}
	options_release(&options);
	return output_close(status);
}
