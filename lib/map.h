/*
 * Maps: what the registers of a model mean, how it is polled, and what may be
 * written to it. One text file per model, bt-map(5), read at run time.
 *
 * maps.h finds the map of a station; what it returns is read only.
 */
#ifndef BT_MAP_H
#define BT_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum map_type {
	MAP_UINT16,
	MAP_UINT32, /* two registers, low word first */
	MAP_UINT8_HI,
	MAP_UINT8_LO,
	MAP_BOOL,    /* 1 is true, 0 is false */
	MAP_ENUM,    /* a number with a name */
	MAP_VERSION, /* two registers, low word first, in hundredths */
	MAP_SERIAL,  /* four registers, low word first, in decimal */
	MAP_STRING,
	MAP_STRING_SWAPPED, /* the two bytes of each register exchanged */
};

/* A named value of an enum. */
struct map_value {
	uint32_t value;
	const char *name;
};

struct map_field {
	uint8_t unit; /* MODBUS unit */
	uint16_t address;
	uint16_t count; /* registers */
	enum map_type type;
	bool is_list; /* of count numbers of one register each */
	const char *name;
	const char *measure; /* "W", "V" …; NULL: none */
	int decimals;	     /* value = raw / 10^decimals */
	bool has_range;	     /* then raw must lie in low..high */
	int64_t low, high;
	struct map_value *values; /* MAP_ENUM */
	size_t value_count;
	bool is_pack; /* holds for the selected battery pack */
	/* A name may have several places: the later ones, in the map's order.
	 */
	bool is_repeat;
	size_t next_place; /* index of the next one; 0: there is none */
};

/* When a read is due: each class contains the ones before it. */
enum map_class {
	MAP_POLL, /* every time */
	MAP_SLOW, /* first in a session, then every 15 minutes */
	MAP_ALL,  /* only when everything is asked for */
};

struct map_read {
	enum map_class class;
	bool is_pack; /* comes after selecting a pack */
	uint8_t unit;
	uint16_t address;
	uint16_t count;
};

/* Battery packs behind one selector; max is 0 for a model without. */
struct map_packs {
	uint16_t max;
	uint16_t count;	   /* register that tells how many there are; 0: none */
	uint16_t selector; /* register to write the number to; 0: none */
	uint16_t shown;	   /* register that tells whose data are served */
	int settle;	   /* ms from selecting to reading, at least */
};

struct map {
	const char *model;
	int protocol;	       /* 1 or 2 */
	bool is_generic;       /* for all models of its protocol */
	const char **prefixes; /* of station names: then only digits follow */
	size_t prefix_count;
	struct map_packs packs;
	struct map_read *reads; /* in the order of the file */
	size_t read_count;
	struct map_field *fields; /* in the order of the file */
	size_t field_count;
	char *text; /* the file, which all strings point into */
};

/* Where a map is bad, and why. */
struct map_error {
	char file[512];
	unsigned line; /* 0: the file as a whole */
	char reason[256];
};

/* Room for "file:line: reason" with its terminating zero. */
#define MAP_ERROR_TEXT 800
void map_error_format(char text[MAP_ERROR_TEXT], const struct map_error *error);

/* The first field of that name, NULL if there is none. */
const struct map_field *map_field(const struct map *map, const char *name);

/* Reads "FIRST+COUNT", for example "10+40", into address and count of *read.
 * Returns 0; -BT_EMAP if it is none or has more registers than a read can. */
int map_read_block(struct map_read *read, const char *text);

/* Reads one map file, whole (map-read.c). *map is all zeros before, and is to
 * be released with map_release() whatever is returned: 0, -BT_EMAP. */
int map_read(struct map *map, const char *path, struct map_error *error);
void map_release(struct map *map);

#endif
