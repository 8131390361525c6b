/* bt-discover(1): finds out which registers a power station serves. */
#include <sysexits.h>

#include "base/message.h"
#include "discover-options.h"
#include "discover.h"
#include "model/directory.h"
#include "model/search-path.h"

static int run(void *data)
{
	struct options *options = data;
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

	options_init(&options);
	return cli_main(&command_line, &options, run, argc, argv);
}
