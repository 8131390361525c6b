/* bt-decode(1): frame lines in, records out. */
#include "decode-options.h"
#include "decode.h"
#include "map-commands.h"

static int run(void *data)
{
	const struct options *options = data;

	if (options->check_map)
		return check_maps(options);
	if (options->models)
		return list_models(options);
	if (options->fields)
		return list_fields(options);
	return decode(options);
}

int main(int argc, char **argv)
{
	struct options options;

	options_init(&options);
	return cli_main(&command_line, &options, run, argc, argv);
}
