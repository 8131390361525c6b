/* db-insert(1): records in, rows in. */
#include <errno.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/message.h"
#include "base/output.h"
#include "insert-options.h"
#include "insert.h"

static int run(const struct options *options)
{
	struct insert_result result = insert_all(options);

	/* The other thread still uses what would be taken down. */
	if (result.is_busy)
		_exit(output_close(result.status));
	return result.status;
}

int main(int argc, char **argv)
{
	struct options options;
	char why[LOGIN_WHY];
	int action = options_read(&options, argc, argv, why);
	int status = EX_OK;

	if (*why)
		message("%s", why);
	if (action == -EINVAL) {
		fprintf(stderr, "Try 'db-insert --help'.\n");
		status = EX_USAGE;
	} else if (action < 0) {
		status = error_status(action);
	} else if (action == OPTIONS_HELP) {
		fputs(options_help, stdout);
	} else if (action == OPTIONS_VERSION) {
		puts("db-insert " VERSION);
	} else {
		/* Not in a thread: it is not safe there. */
		mysql_library_init(0, NULL, NULL);
		status = run(&options);
	}
	options_release(&options);
	mysql_library_end();
	return output_close(status);
}
