/* --help, and suggestions for names. */
#include "cli/command-help.h"

#include <stdio.h>
#include <string.h>

/* Where the text of --help begins, and where it ends at most. */
#define COLUMN 27
#define WIDTH 80

/* A longer name than any option's. */
#define NAME_MAX_BYTES 64

/* More changes make another word. */
#define CHANGES_MAX 2

/* Prints text that begins in COLUMN and breaks it at blanks. */
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

/* How many letters must be inserted, removed or replaced (Levenshtein). */
static int count_changes(const char *a, int length, const char *b)
{
	int changes[NAME_MAX_BYTES + 1];

	for (int i = 0; i <= length; i++)
		changes[i] = i;
	for (int k = 0; b[k]; k++) {
		int diagonal = changes[0]++;

		for (int i = 0; i < length; i++) {
			int least = diagonal + (a[i] != b[k]);

			diagonal = changes[i + 1];
			if (least > changes[i] + 1)
				least = changes[i] + 1;
			if (least > diagonal + 1)
				least = diagonal + 1;
			changes[i + 1] = least;
		}
	}
	return changes[length];
}

const char *command_suggest(
	const struct cli_option *table, const char *name, int length)
{
	int least = CHANGES_MAX + 1;
	const char *best = NULL;

	if (length == 0 || length > NAME_MAX_BYTES)
		return NULL;
	for (; table->name; table++) {
		int changes = strncmp(table->name, name, (size_t)length) == 0
			? 0
			: count_changes(name, length, table->name);

		if (changes < least && changes < length) {
			least = changes;
			best = table->name;
		}
	}
	return best;
}
