/* bt-poll(1): polls power stations and writes frame lines. */
#include <sysexits.h>

#include "base/message.h"
#include "model/choose.h"
#include "poll-options.h"
#include "supervisor.h"

static int load_maps(struct maps **maps, struct options *options)
{
	struct failure failure;

	if (maps_load(maps, options->directory, &failure) < 0) {
		message("%s", failure.text);
		return EX_CONFIG;
	}
	options->maps = *maps;
	if (!options->model)
		return EX_OK;
	if (maps_choose(&options->map, *maps, options->model,
		    options->directory, &failure) == 0)
		return EX_OK;
	message("%s", failure.text);
	return EX_CONFIG;
}

static int run(void *data)
{
	struct options *options = data;
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
	int status;

	options_init(&options);
	status = cli_main(&command_line, &options, run, argc, argv);
	options_release(&options);
	return status;
}
