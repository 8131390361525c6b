/* The constants, and the file that replaces them. */
#include "station/secure-keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/hex.h"

#define FILE_MAX (16 * 1024) /* larger is no file of keys */
#define BLANK " \t\r"

static const struct secure_keys real = {
	.local_key = { 0x45, 0x9f, 0xc5, 0x35, 0x80, 0x89, 0x41, 0xf1, 0x70,
		0x91, 0xe0, 0x99, 0x3e, 0xe3, 0xe9, 0x3d },
	.client_signing_private = { 0x4f, 0x19, 0xa1, 0x6e, 0x3e, 0x87, 0xbd,
		0xd9, 0xbd, 0x24, 0xd3, 0xe5, 0x49, 0x5b, 0x88, 0x04, 0x15,
		0x11, 0x94, 0x3c, 0xbc, 0x8b, 0x96, 0x9a, 0xde, 0x96, 0x41,
		0xd0, 0xf5, 0x6a, 0xf3, 0x37 },
	.device_signing_public = { 0xa7, 0x3a, 0xbf, 0x5d, 0x22, 0x32, 0xc8,
		0xc1, 0xc7, 0x2e, 0x68, 0x30, 0x43, 0x43, 0xc2, 0x72, 0x49,
		0x5e, 0x3a, 0x8f, 0xd6, 0xf3, 0x0e, 0xa9, 0x6d, 0xe2, 0xf4,
		0xb3, 0xce, 0x60, 0xb2, 0x51, 0xee, 0x21, 0xac, 0x66, 0x7c,
		0xf8, 0xa7, 0x1e, 0x18, 0xb4, 0x6b, 0x66, 0x4e, 0xae, 0xff,
		0xe3, 0xc4, 0x89, 0xf2, 0x4f, 0x69, 0x5b, 0x64, 0x11, 0xdb,
		0x7e, 0x22, 0xcc, 0xc8, 0x5a, 0x85, 0x94 },
};

static const struct {
	const char *name;
	size_t offset, size;
} entries[] = {
#define ENTRY(name) \
	{ \
#name, offsetof(struct secure_keys, name), sizeof real.name \
	}
	ENTRY(local_key),
	ENTRY(client_signing_private),
	ENTRY(device_signing_public),
#undef ENTRY
};

#define ENTRIES (sizeof entries / sizeof entries[0])

/* What is being read. */
struct reader {
	struct secure_keys keys;
	bool seen[ENTRIES];
	struct secure_keys_error *error;
	unsigned line; /* 0: the file as a whole */
};

void secure_keys_default(struct secure_keys *keys)
{
	*keys = real;
}

/* Notes the reason; returns -BT_EKEYS. */
static int keys_fail(struct reader *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int keys_fail(struct reader *r, const char *format, ...)
{
	va_list arguments;

	r->error->line = r->line;
	va_start(arguments, format);
	vsnprintf(r->error->reason, sizeof r->error->reason, format, arguments);
	va_end(arguments);
	return -BT_EKEYS;
}

/* Who can write the file decides whom we trust. */
static int check_owner(struct reader *r, int fd)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return keys_fail(r, "%s", strerror(errno));
	if (!S_ISREG(status.st_mode))
		return keys_fail(r, "is not a regular file");
	if (status.st_uid != geteuid() && status.st_uid != 0)
		return keys_fail(r, "belongs neither to you nor to root");
	if (status.st_mode & (S_IWGRP | S_IWOTH))
		return keys_fail(
			r, "others may write it: chmod go-w makes it safe");
	return 0;
}

/* Reads the file into text, FILE_MAX + 1 bytes, as a string. */
static int slurp(struct reader *r, int fd, char *text)
{
	size_t length = 0;
	ssize_t n;

	do {
		n = read(fd, text + length, FILE_MAX + 1 - length);
		if (n < 0 && errno != EINTR)
			return keys_fail(r, "%s", strerror(errno));
		length += n > 0 ? (size_t)n : 0;
	} while (n != 0 && length <= FILE_MAX);
	if (length > FILE_MAX)
		return keys_fail(r, "is larger than %d bytes", FILE_MAX);
	if (memchr(text, '\0', length))
		return keys_fail(r, "has a zero byte");
	text[length] = '\0';
	return 0;
}

/* Cuts the next word off the line; NULL if there is none. */
static char *next_word(char **line)
{
	char *word = *line + strspn(*line, BLANK);
	char *end = word + strcspn(word, BLANK);

	if (*word == '\0')
		return NULL;
	*line = *end ? end + 1 : end;
	*end = '\0';
	return word;
}

static int read_value(struct reader *r, size_t i, const char *digits)
{
	uint8_t *value = (uint8_t *)&r->keys + entries[i].offset;
	int n = hex_decode(value, entries[i].size, digits, strlen(digits));

	if (n == -BT_EHEX)
		return keys_fail(r, "%s: not hexadecimal digits in pairs",
			entries[i].name);
	if (n != (int)entries[i].size)
		return keys_fail(r, "%s has %zu bytes", entries[i].name,
			entries[i].size);
	r->seen[i] = true;
	return 0;
}

static int read_line(struct reader *r, char *line)
{
	char *name, *digits;

	line[strcspn(line, "#")] = '\0';
	name = next_word(&line);
	if (!name)
		return 0;
	digits = next_word(&line);
	if (!digits || next_word(&line))
		return keys_fail(r, "a line is a name and hexadecimal digits");
	for (size_t i = 0; i < ENTRIES; i++) {
		if (strcmp(name, entries[i].name) != 0)
			continue;
		if (r->seen[i])
			return keys_fail(r, "%s comes twice", name);
		return read_value(r, i, digits);
	}
	return keys_fail(r,
		"no such name: there are local_key, client_signing_private "
		"and device_signing_public");
}

static int read_lines(struct reader *r, char *text)
{
	char *line;

	while ((line = strsep(&text, "\n"))) {
		r->line++;
		if (read_line(r, line) < 0)
			return -BT_EKEYS;
	}
	r->line = 0;
	return 0;
}

/* Keys that nothing can be signed, or checked, with. */
static int check_keys(struct reader *r)
{
	struct crypto_pair pair;
	int error = crypto_pair_of(&pair, r->keys.client_signing_private);

	crypto_wipe(&pair, sizeof pair);
	if (error < 0)
		return keys_fail(
			r, "client_signing_private is no private key of P-256");
	if (crypto_check_public(r->keys.device_signing_public) < 0)
		return keys_fail(
			r, "device_signing_public is no point of P-256");
	return 0;
}

static int read_file(struct reader *r, int fd)
{
	char text[FILE_MAX + 1];
	int error = check_owner(r, fd);

	if (error == 0)
		error = slurp(r, fd, text);
	if (error == 0)
		error = read_lines(r, text);
	if (error == 0)
		error = check_keys(r);
	crypto_wipe(text, sizeof text);
	return error;
}

int secure_keys_read(struct secure_keys *keys, const char *path,
	struct secure_keys_error *error)
{
	struct reader r = { .keys = real, .error = error };
	/* Without O_NONBLOCK a pipe would wait for its writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int result;

	if (fd < 0)
		return keys_fail(&r, "%s", strerror(errno));
	result = read_file(&r, fd);
	close(fd);
	if (result == 0)
		*keys = r.keys;
	crypto_wipe(&r.keys, sizeof r.keys);
	return result;
}

void secure_keys_error_format(char text[SECURE_KEYS_TEXT], const char *path,
	int error, const struct secure_keys_error *why)
{
	if (error != -BT_EKEYS)
		snprintf(text, SECURE_KEYS_TEXT, "%s: %s", path,
			error_text(error));
	else if (why->line > 0)
		snprintf(text, SECURE_KEYS_TEXT, "%s:%u: %s", path, why->line,
			why->reason);
	else
		snprintf(text, SECURE_KEYS_TEXT, "%s: %s", path, why->reason);
}
