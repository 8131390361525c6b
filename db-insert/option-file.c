/*
 * Option files, after "Configuring MariaDB with Option Files":
 *
 *   [group]
 *   name=value      blanks around all of them do not count
 *   name="value"    quotes of either kind are taken off
 *   # or ;          a comment; within a line only " #"
 *   !include FILE   !includedir DIR (all its *.cnf by name)
 *
 * In a value \b \t \n \r \\ \s stand for one byte each.
 */
#include "option-file.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/errors.h"
#include "base/message.h"
#include "base/text-file.h"

/* Files within files; more is a loop. */
#define INCLUDE_DEPTH 10

#define PATH_BYTES 4096
#define FILE_MAX (1024 * 1024) /* larger is no option file */

static const char own_group[] = "db-insert";

static const char *const groups[] = {
	"client",
	"client-server",
	"client-mariadb",
	own_group,
};

struct reader {
	struct login *login;
	struct text_file file;
	int depth;
	const char *group; /* one of groups, or NULL */
	struct failure *failure;
};

static int read_file(struct reader *outer, const char *path);

#define fail_here(reader, ...) \
	failure_set_at((reader)->failure, -BT_ESETUP, (reader)->file.path, \
		(reader)->file.line, __VA_ARGS__)

static char *trim(char *text)
{
	size_t length;

	while (isspace((unsigned char)*text))
		text++;
	length = strlen(text);
	while (length > 0 && isspace((unsigned char)text[length - 1]))
		text[--length] = '\0';
	return text;
}

/* Removes a comment: a # after a blank, outside quotes. */
static void cut_comment(char *value)
{
	char quote = '\0';

	for (char *p = value; *p; p++) {
		if (quote)
			quote = *p == quote ? '\0' : quote;
		else if ((*p == '"' || *p == '\'') && p == value)
			quote = *p;
		else if (*p == '#' && p > value &&
			isspace((unsigned char)p[-1]))
			*p-- = '\0';
	}
}

static void unescape(char *value)
{
	static const char letters[] = "btnrs\\";
	static const char bytes[] = "\b\t\n\r \\";
	char *out = value;

	for (char *in = value; *in; in++) {
		const char *letter =
			*in == '\\' && in[1] ? strchr(letters, in[1]) : NULL;

		*out++ = letter ? bytes[letter - letters] : *in;
		in += letter != NULL;
	}
	*out = '\0';
}

static char *clean_value(char *value)
{
	size_t length;

	cut_comment(value);
	value = trim(value);
	length = strlen(value);
	if (length >= 2 && (value[0] == '"' || value[0] == '\'') &&
		value[length - 1] == value[0]) {
		value[length - 1] = '\0';
		value++;
	}
	unescape(value);
	return value;
}

static int read_option(struct reader *reader, char *text)
{
	char *equals = strchr(text, '=');
	char *value = NULL;
	const char *name;
	int known, loose;

	if (!reader->group)
		return 0;
	if (equals) {
		*equals = '\0';
		value = clean_value(trim(equals + 1));
	} else {
		cut_comment(text);
	}
	name = trim(text);
	loose = strncmp(name, "loose-", 6) == 0 ||
		strncmp(name, "loose_", 6) == 0;
	known = login_set(reader->login, name + (loose ? 6 : 0), value);
	if (known == -BT_ESETUP)
		return fail_here(reader, "invalid value for this option");
	if (known == 0 && reader->group == own_group && !loose)
		return fail_here(reader, "unknown option");
	return known < 0 ? known : 0;
}

static int read_group(struct reader *reader, char *text)
{
	char *end = strchr(text, ']');

	if (!end)
		return fail_here(
			reader, "missing \"]\" in the name of a group");
	*end = '\0';
	text = trim(text + 1);
	reader->group = NULL;
	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
		if (strcmp(text, groups[i]) == 0)
			reader->group = groups[i];
	}
	return 0;
}

static int is_cnf(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 4 && strcmp(entry->d_name + length - 4, ".cnf") == 0;
}

static int read_directory(struct reader *reader, const char *directory)
{
	struct dirent **entries;
	int count = scandir(directory, &entries, is_cnf, alphasort);
	int error = 0;

	if (count < 0)
		return fail_here(reader, "%s", strerror(errno));
	for (int i = 0; i < count; i++) {
		char path[PATH_BYTES];
		int length = snprintf(path, sizeof path, "%s/%s", directory,
			entries[i]->d_name);

		if (error == 0 && length < PATH_BYTES)
			error = read_file(reader, path);
		free(entries[i]);
	}
	free(entries);
	return error;
}

static int read_include(struct reader *reader, char *text)
{
	static const char file[] = "!include ", directory[] = "!includedir ";
	int error;

	if (reader->depth >= INCLUDE_DEPTH)
		return fail_here(reader, "too many files within files");
	if (strncmp(text, directory, strlen(directory)) == 0)
		return read_directory(reader, trim(text + strlen(directory)));
	if (strncmp(text, file, strlen(file)) != 0)
		return fail_here(reader, "neither !include nor !includedir");
	text = trim(text + strlen(file));
	error = read_file(reader, text);
	return error == -ENOENT ? fail_here(reader, "%s", strerror(ENOENT))
				: error;
}

static int read_line(struct reader *reader, char *line)
{
	char *text = trim(line);

	switch (*text) {
	case '\0':
	case '#':
	case ';':
		return 0;
	case '[':
		return read_group(reader, text);
	case '!':
		return read_include(reader, text);
	}
	return read_option(reader, text);
}

static int read_file(struct reader *outer, const char *path)
{
	struct reader reader = *outer;
	int error = text_file_open(&reader.file, path, reader.failure);
	mode_t mode = reader.file.status.st_mode;
	char *line;

	reader.depth++;
	reader.group = NULL;
	if (error == 0 && S_ISREG(mode) && (mode & S_IWOTH))
		message("%s: ignored, since any user may write it: chmod o-w "
			"makes it safe",
			path);
	else if (error == 0)
		error = text_file_read(&reader.file, FILE_MAX, reader.failure);
	while (error == 0 && (line = text_file_next(&reader.file)))
		error = read_line(&reader, line);
	text_file_close(&reader.file);
	return error;
}

int option_file_read(
	struct login *login, const char *path, struct failure *failure)
{
	struct reader reader = { .login = login, .failure = failure };

	return read_file(&reader, path);
}

static int read_if_there(
	struct login *login, const char *path, struct failure *failure)
{
	int error = option_file_read(login, path, failure);

	/* Like the mariadb client, ignores files that this user may not read.
	 */
	return error == -ENOENT || error == -EACCES || error == -ENOTDIR
		? 0
		: error;
}

static int read_in(struct login *login, const char *directory, const char *name,
	struct failure *failure)
{
	char path[PATH_BYTES];

	if (!directory ||
		snprintf(path, sizeof path, "%s/%s", directory, name) >=
			PATH_BYTES)
		return 0;
	return read_if_there(login, path, failure);
}

int option_file_read_usual(
	struct login *login, const char *extra, struct failure *failure)
{
	int error = read_in(login, "/etc", "my.cnf", failure);

	if (error == 0)
		error = read_in(login, "/etc/mysql", "my.cnf", failure);
	if (error == 0)
		error = read_in(login, getenv("MYSQL_HOME"), "my.cnf", failure);
	if (error == 0 && extra)
		error = option_file_read(login, extra, failure);
	if (error == 0)
		error = read_in(login, getenv("HOME"), ".my.cnf", failure);
	return error;
}
