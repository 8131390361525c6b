/* The constants, and the file that replaces them. */
#include "station/secure-keys.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/hex.h"
#include "base/text-file.h"

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

/* The file being read. */
struct reader {
	struct secure_keys keys;
	struct text_file file;
	bool seen[ENTRIES];
	struct failure *failure;
};

#define keys_fail(r, ...) \
	failure_set_at((r)->failure, -BT_EKEYS, (r)->file.path, \
		(r)->file.line, __VA_ARGS__)

void secure_keys_default(struct secure_keys *keys)
{
	*keys = real;
}

/* Whoever can write the file chooses the trusted keys. */
static int check_owner(struct reader *r)
{
	const struct stat *status = &r->file.status;

	if (!S_ISREG(status->st_mode))
		return keys_fail(r, "is not a regular file");
	if (status->st_uid != geteuid() && status->st_uid != 0)
		return keys_fail(r, "belongs neither to you nor to root");
	if (status->st_mode & (S_IWGRP | S_IWOTH))
		return keys_fail(r, "others may write it: run chmod go-w");
	return 0;
}

/* Cuts off the next word of the line; NULL at its end. */
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
		return keys_fail(r, "%s: not pairs of hexadecimal digits",
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
		"unknown name: the names are local_key, client_signing_private "
		"and device_signing_public");
}

/* Keys that nothing can be signed, or checked, with. */
static int check_keys(struct reader *r)
{
	struct crypto_pair pair;
	int error = crypto_pair_of(&pair, r->keys.client_signing_private);

	crypto_wipe(&pair, sizeof pair);
	if (error < 0)
		return keys_fail(r,
			"client_signing_private is not a private key of P-256");
	if (crypto_check_public(r->keys.device_signing_public) < 0)
		return keys_fail(
			r, "device_signing_public is not a point of P-256");
	return 0;
}

static int read_file(struct reader *r)
{
	char *line;
	int error = check_owner(r);

	if (error == 0 && text_file_read(&r->file, FILE_MAX, r->failure) < 0)
		error = r->failure->code = -BT_EKEYS;
	while (error == 0 && (line = text_file_next(&r->file)))
		error = read_line(r, line);
	return error < 0 ? error : check_keys(r);
}

int secure_keys_read(
	struct secure_keys *keys, const char *path, struct failure *failure)
{
	struct reader r = { .keys = real, .failure = failure };
	int error;

	if (text_file_open(&r.file, path, failure) < 0)
		error = failure->code = -BT_EKEYS;
	else
		error = read_file(&r);
	text_file_close(&r.file);
	if (error == 0)
		*keys = r.keys;
	crypto_wipe(&r.keys, sizeof r.keys);
	return error;
}
