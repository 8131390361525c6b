/* db-insert(1): records in, rows in. */
#include "insert-options.h"
#include "insert.h"

static int run(void *options)
{
	return insert_all(options);
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
