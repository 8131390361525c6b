/* lib/map: what is read from a map, and that no text can break the reader. */
#include "model/parse.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/errors.h"
#include "check.h"

static const char good[] = "# comment\n"
			   "model  Handsfree 1   # with a blank\n"
			   "name   Handsfree 1\n"
			   "name   HF\n"
			   "protocol 2\n"
			   "read poll 100+10\n"
			   "read slow 200+127 41\n"
			   "packs 3\n"
			   "pack-count 91\n"
			   "pack-selector 3006\n"
			   "pack-shown 96\n"
			   "pack-settle 2.5\n"
			   "pack-read all 96+32\n"
			   "1 100 uint16 power W 0.1 -1.5..300 - -\n"
			   "41 200 enum state - - - 0=OFF;1=ON\n"
			   "1 105 uint16[16] cells V 0.01 0..5 - pack\n"
			   "1 110 string_swapped[6] device_type\n"
			   "limit A -10..10\n"
			   "limit A 0,2..3 b* cu?rent\n"
			   "1 106 int16 current A 0.01 - - 107=5\n"
			   "1 107 uint16 other A 1\n";

/* Reads the text as a map; the file is gone when this returns. */
static int read_text(struct map *map, struct failure *failure, const char *text,
	size_t length)
{
	char path[] = "/tmp/map-test-XXXXXX";
	int fd = mkstemp(path);
	int result;

	CHECK(fd >= 0 && write(fd, text, length) == (ssize_t)length);
	close(fd);
	memset(map, 0, sizeof *map);
	result = map_read(map, path, "/nowhere", failure);
	unlink(path);
	return result;
}

static void test_good(void)
{
	struct failure failure;
	struct map map;

	CHECK(read_text(&map, &failure, good, strlen(good)) == 0);
	CHECK(strcmp(map.model, "Handsfree 1") == 0);
	CHECK(map.prefix_count == 2 && strcmp(map.prefixes[1], "HF") == 0);
	CHECK(map.protocol == 2);
	CHECK(map.block_count == 3);
	CHECK(map.blocks[1].class == MAP_SLOW && map.blocks[1].unit_id == 41 &&
		map.blocks[1].address == 200 && map.blocks[1].count == 127);
	CHECK(map.blocks[2].class == MAP_ALL && map.blocks[2].is_pack);
	CHECK(map.packs.max == 3 && map.packs.count == 91 &&
		map.packs.selector == 3006 && map.packs.shown == 96 &&
		map.packs.settle == 2500);
	CHECK(map.field_count == 6);
	CHECK(map.fields[0].decimals == 1 && map.fields[0].ranges.count == 1 &&
		map.fields[0].ranges.list[0].low == -15 &&
		map.fields[0].ranges.list[0].high == 3000);
	CHECK(map.fields[1].unit_id == 41 && map.fields[1].value_count == 2 &&
		strcmp(map.fields[1].values[1].name, "ON") == 0);
	CHECK(map.fields[2].is_list && map.fields[2].is_pack &&
		map.fields[2].count == 16);
	CHECK(map.fields[3].type == MAP_STRING_SWAPPED &&
		map.fields[3].count == 6);
	CHECK(map.fields[4].has_condition &&
		map.fields[4].condition.address == 107 &&
		map.fields[4].condition.value == 5);
	CHECK(!map.fields[5].has_condition);
	CHECK(map_field(&map, "cells") == &map.fields[2]);
	CHECK(map_field(&map, "none") == NULL);
	map_release(&map);
}

/* By its own range, by the limit that fits best, by another one, and by none.
 */
static void test_accepts(void)
{
	struct failure failure;
	struct map map;

	CHECK(read_text(&map, &failure, good, strlen(good)) == 0);
	CHECK(map_field_accepts(&map.fields[0], -15));
	CHECK(!map_field_accepts(&map.fields[0], -16));
	CHECK(map_field_accepts(&map.fields[4], 0));
	CHECK(!map_field_accepts(&map.fields[4], 1));
	CHECK(map_field_accepts(&map.fields[4], 300));
	CHECK(!map_field_accepts(&map.fields[4], 301));
	CHECK(map_field_accepts(&map.fields[5], -10));
	CHECK(!map_field_accepts(&map.fields[5], 11));
	CHECK(map_field_accepts(&map.fields[1], INT64_MAX));
	map_release(&map);
}

/* Each cut and each change is read or refused with a reason. */
static void test_random_changes(void)
{
	srandom(1);
	for (int i = 0; i < 3000; i++) {
		char text[sizeof good];
		size_t length = strlen(good);
		struct failure failure = { .text = "" };
		struct map map;

		memcpy(text, good, sizeof good);
		for (long changes = random() % 8; changes >= 0; changes--)
			text[(size_t)random() % length] =
				" #-+.[];=,\n0123456789abz"[random() % 24];
		length -= (size_t)random() % length / 4;
		if (read_text(&map, &failure, text, length) < 0)
			CHECK(failure.text[0] != '\0');
		map_release(&map);
	}
}

int main(void)
{
	test_good();
	test_accepts();
	test_random_changes();
	return check_done();
}
