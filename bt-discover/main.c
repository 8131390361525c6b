/* bt-discover(1): finds out which registers a power station serves. */
#include <errno.h>
#include <stdio.h>
#include <sysexits.h>

#include "base/errors.h"
#include "base/message.h"
#include "base/output.h"
#include "discover-options.h"
#include "discover.h"
#include "model/directory.h"

static int run(struct options *options)
{
	char reason[MAP_ERROR_TEXT];
	struct map_error bad;
	struct maps *maps;
	int status;

	if (maps_load(&maps, maps_directory(options->directory), &bad) < 0) {
		map_error_format(reason, &bad);
		message("%s", reason);
		return EX_CONFIG;
	}
	options->maps = maps;
	status = discover(options);
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
		puts("bt-discover (bluetti-tools) " VERSION);
		break;
	default:
		message("%s", why);
		status = action == -EINVAL ? EX_USAGE : error_status(action);
	}
	return output_close(status);
}
