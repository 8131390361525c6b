/* bt-discover(1): finds out which registers a power station serves. */
#include <sysexits.h>

#include "base/message.h"
#include "discover-options.h"
#include "discover.h"
#include "model/directory.h"

static int run(void *data)
{
	struct options *options = data;
	struct failure failure;
	struct maps *maps;
	int status;

	if (maps_load(&maps, options->directory, &failure) < 0) {
		message("%s", failure.text);
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
