/* lib/base/text-file: what is read line by line, and what is refused. */
#include "base/text-file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

#define MAX 8

static char directory[] = "/tmp/bt-text.XXXXXX";
static char path[64];
static struct failure failure;

static void write_file(const char *text, size_t length)
{
	FILE *file = fopen(path, "we");

	CHECK(file && fwrite(text, 1, length, file) == length);
	if (file)
		fclose(file);
}

/* The lines of the text, joined by "|". Returns what reading it returned. */
static int read_joined(char joined[64], const char *text, size_t length)
{
	struct text_file file;
	char *line;
	int error;

	write_file(text, length);
	joined[0] = '\0';
	CHECK(text_file_open(&file, path, &failure) == 0);
	error = text_file_read(&file, MAX, &failure);
	for (unsigned number = 1; error == 0; number++) {
		line = text_file_next(&file);
		if (!line)
			break;
		CHECK_CASE(text, file.line == number);
		strcat(strcat(joined, line), "|");
	}
	CHECK_CASE(text, file.line == 0);
	text_file_close(&file);
	return error;
}

static void test_lines(void)
{
	static const struct {
		const char *text, *lines;
	} cases[] = {
		{ "", "|" },
		{ "a", "a|" },
		{ "a\n", "a||" },
		{ "\n\nb", "||b|" },
		{ "a b\r\nc", "a b\r|c|" },
		{ "12345678", "12345678|" },
	};
	char joined[64];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *text = cases[i].text;

		CHECK_CASE(text, read_joined(joined, text, strlen(text)) == 0);
		CHECK_CASE(text, strcmp(joined, cases[i].lines) == 0);
	}
}

static void check_reason(const char *reason)
{
	char expected[128];

	snprintf(expected, sizeof expected, "%s: %s", path, reason);
	CHECK_CASE(failure.text, strcmp(failure.text, expected) == 0);
}

static void test_refused(void)
{
	char joined[64];

	CHECK(read_joined(joined, "123456789", 9) == -EFBIG);
	check_reason("is larger than 8 bytes");
	CHECK(read_joined(joined, "a\0b", 3) == -EILSEQ);
	check_reason("has a zero byte");
}

static void test_files(void)
{
	struct text_file file;

	unlink(path);
	CHECK(text_file_open(&file, path, &failure) == -ENOENT);
	check_reason("No such file or directory");
	text_file_close(&file);

	/* Nobody writes to this pipe, and nobody is waited for. */
	CHECK(mkfifo(path, 0600) == 0);
	CHECK(text_file_open(&file, path, &failure) == 0);
	CHECK(S_ISFIFO(file.status.st_mode));
	text_file_close(&file);
	unlink(path);

	CHECK(mkdir(path, 0700) == 0);
	CHECK(text_file_open(&file, path, &failure) == 0);
	CHECK(text_file_read(&file, MAX, &failure) == -EISDIR);
	check_reason("Is a directory");
	text_file_close(&file);
	rmdir(path);
}

/* A text that the caller takes outlives the file. */
static void test_taken(void)
{
	struct text_file file;
	char *text;

	write_file("secret", 6);
	CHECK(text_file_open(&file, path, &failure) == 0);
	CHECK(text_file_read(&file, MAX, &failure) == 0);
	text = file.text;
	file.text = NULL;
	CHECK(strcmp(text_file_next(&file), "secret") == 0);
	text_file_close(&file);
	CHECK(strcmp(text, "secret") == 0);
	free(text);
	unlink(path);
}

int main(void)
{
	CHECK(mkdtemp(directory) != NULL);
	snprintf(path, sizeof path, "%s/file", directory);
	test_lines();
	test_refused();
	test_files();
	test_taken();
	rmdir(directory);
	return check_done();
}
