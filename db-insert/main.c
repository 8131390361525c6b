/* db-insert(1): records in, rows in. */
#include <unistd.h>

#include "base/output.h"
#include "insert-options.h"
#include "insert.h"

static int run(void *options)
{
	struct insert_result result;

	/* Not in a thread: it is not safe there. */
	mysql_library_init(0, NULL, NULL);
	result = insert_all(options);
	/* The other thread still uses what would be taken down. */
	if (result.is_busy)
		_exit(output_close(result.status));
	return result.status;
}

int main(int argc, char **argv)
{
	struct options options;
	int status;

	options_init(&options);
	status = cli_main(&command_line, &options, run, argc, argv);
	options_release(&options);
	mysql_library_end();
	return status;
}
