/* --help, and suggestions for names. */
#include "cli/command-help.h"

#include <stdio.h>
#include <string.h>

#include "base/similar.h"

/* The first and the last column of the text of --help. */
#define COLUMN 27
#define WIDTH 80

/* Prints text from COLUMN on, broken at blanks. */
static void print_folded(const char *text)
{
	size_t room = WIDTH - COLUMN - 1;

	while (strlen(text) > room) {
		const char *end = memrchr(text, ' ', room + 1);

		printf("%.*s\n%*s", (int)(end - text), text, COLUMN, "");
		text = end + 1;
	}
	puts(text);
}

static void print_option(const struct cli_option *option)
{
	char letter[] = "    ";
	int used;

	if (option->letter)
		memcpy(letter, (char[]){ '-', option->letter, ',' }, 3);
	used = printf("  %s--%s%s", letter, option->name,
		option->argument ? option->argument : "");
	if (used > COLUMN - 2) {
		putchar('\n');
		used = 0;
	}
	printf("%*s", COLUMN - used, "");
	print_folded(option->help);
}

void command_help(const struct command_line *line)
{
	printf("%s\n", line->usage);
	for (const struct cli_option *row = line->table; row->name; row++)
		print_option(row);
	printf("\n%s", line->notes);
}

const char *command_suggest(
	const struct cli_option *table, const char *name, int length)
{
	struct similar similar;

	similar_begin(&similar, name, length);
	for (; table->name; table++)
		similar_try(&similar, table->name);
	return similar.best;
}
