/* The keys of a simulated station, and the file that replaces them. */
#include "station-keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"

#define BLANK " \t\r\n"

/* test/data/encryption-vectors.txt */
static const uint8_t test_signing_private[CRYPTO_PRIVATE] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`";

int station_keys_default(struct station_keys *keys)
{
	struct secure_keys client;
	struct crypto_pair pair;
	int error;

	secure_keys_default(&client);
	error = crypto_pair_of(&pair, client.client_signing_private);
	if (error == 0)
		error = crypto_pair_of(&keys->signing, test_signing_private);
	if (error < 0)
		return error;
	memcpy(keys->local_key, client.local_key, sizeof keys->local_key);
	memcpy(keys->client_signing_public, pair.public, CRYPTO_PUBLIC);
	return 0;
}

static const char *set_bytes(uint8_t *value, size_t size, const char *digits)
{
	int n = hex_decode(value, size, digits, strlen(digits));

	return n == (int)size ? NULL : "not so many bytes in hexadecimal";
}

static const char *read_value(
	struct station_keys *keys, const char *name, const char *digits)
{
	if (strcmp(name, "local_key") == 0)
		return set_bytes(
			keys->local_key, sizeof keys->local_key, digits);
	if (strcmp(name, "device_signing_private") == 0)
		return set_bytes(keys->signing.private,
			sizeof keys->signing.private, digits);
	if (strcmp(name, "client_signing_public") == 0)
		return set_bytes(keys->client_signing_public,
			sizeof keys->client_signing_public, digits);
	return "expected: device_signing_private, local_key or "
	       "client_signing_public";
}

static const char *read_line(struct station_keys *keys, char *line)
{
	const char *name, *digits;
	char *rest;

	line[strcspn(line, "#")] = '\0';
	name = strtok_r(line, BLANK, &rest);
	if (!name)
		return NULL;
	digits = strtok_r(NULL, BLANK, &rest);
	if (!digits || strtok_r(NULL, BLANK, &rest))
		return "expected: a name and hexadecimal digits";
	return read_value(keys, name, digits);
}

static const char *check(struct station_keys *keys)
{
	uint8_t private[CRYPTO_PRIVATE];

	memcpy(private, keys->signing.private, sizeof private);
	if (crypto_pair_of(&keys->signing, private) < 0)
		return "device_signing_private is no private key of P-256";
	if (crypto_check_public(keys->client_signing_public) < 0)
		return "client_signing_public is no point of P-256";
	return NULL;
}

int station_keys_read(struct station_keys *keys, const char *path,
	unsigned *line, const char **reason)
{
	struct station_keys read = *keys;
	const char *problem = NULL;
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (!file)
		return -errno;
	*line = 0;
	while (!problem && getline(&text, &size, file) >= 0) {
		++*line;
		problem = read_line(&read, text);
	}
	free(text);
	fclose(file);
	if (!problem) {
		*line = 0;
		problem = check(&read);
	}
	*reason = problem;
	if (problem)
		return 1;
	*keys = read;
	return 0;
}
