/*
 * The vectors of test/data/encryption-vectors.txt by name. Tests run from the
 * top of the tree.
 */
#ifndef BT_TEST_UNIT_VECTORS_H
#define BT_TEST_UNIT_VECTORS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "check.h"

#define VECTORS "test/data/encryption-vectors.txt"
#define VECTORS_MAX 80
#define VECTOR_MAX 256

static struct vector {
	char name[80];
	uint8_t bytes[VECTOR_MAX];
	size_t length;
	bool is_used;
} vectors[VECTORS_MAX];
static size_t vector_count;

/* Done once, also by the first that asks for a vector. */
static inline void vectors_read(void)
{
	FILE *file = vector_count > 0 ? NULL : fopen(VECTORS, "re");
	char line[1024], digits[2 * VECTOR_MAX + 1];

	CHECK(file != NULL || vector_count > 0);
	while (file && vector_count < VECTORS_MAX &&
		fgets(line, sizeof line, file)) {
		struct vector *v = &vectors[vector_count];
		int n;

		if (sscanf(line, "%79s = %512s", v->name, digits) != 2)
			continue;
		n = hex_decode(v->bytes, VECTOR_MAX, digits, strlen(digits));
		CHECK_CASE(v->name, n > 0);
		v->length = (size_t)n;
		vector_count++;
	}
	if (file)
		fclose(file);
	CHECK(vector_count > 0 && vector_count < VECTORS_MAX);
}

/* Never NULL: one of no bytes if there is none of that name. */
static inline const struct vector *vector_get(const char *name)
{
	static const struct vector none;

	vectors_read();
	for (size_t i = 0; i < vector_count; i++) {
		if (strcmp(vectors[i].name, name) == 0) {
			vectors[i].is_used = true;
			return &vectors[i];
		}
	}
	CHECK_CASE(name, !"a vector");
	return &none;
}

/* True if the bytes are those of the vector. */
static inline bool vector_is(
	const char *name, const uint8_t *bytes, size_t length)
{
	const struct vector *v = vector_get(name);

	return length > 0 && v->length == length &&
		memcmp(v->bytes, bytes, length) == 0;
}

/* Copies it, and returns its length. */
static inline size_t vector_copy(uint8_t bytes[VECTOR_MAX], const char *name)
{
	const struct vector *v = vector_get(name);

	memcpy(bytes, v->bytes, v->length);
	return v->length;
}

/* Every vector was looked at. */
static inline void vectors_check_used(void)
{
	for (size_t i = 0; i < vector_count; i++)
		CHECK_CASE(vectors[i].name, vectors[i].is_used);
}

#endif
