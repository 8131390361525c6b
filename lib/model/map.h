/*
 * Maps describe the registers of a model and how to poll it. One text file per
 * model, bt-map(5), read at run time; files that several models share are
 * included.
 *
 * parse.h reads one map file; directory.h reads those of a directory and finds
 * the map of a station. The maps that it returns are read-only.
 */
#ifndef BT_MODEL_MAP_H
#define BT_MODEL_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum map_type {
	MAP_UINT16,
	MAP_INT16,
	MAP_UINT32, /* two registers, low word first */
	MAP_INT32,
	MAP_UINT8_HI,
	MAP_UINT8_LO,
	MAP_BOOL,    /* of its values 1 means true, 0 false */
	MAP_ENUM,    /* a number with a name */
	MAP_BITS,    /* those that are set; bit 0 is the lowest of the first
		      * register, bit 16 that of the second */
	MAP_VERSION, /* two registers, low word first, in hundredths */
	MAP_SERIAL,  /* four registers, low word first, in decimal */
	MAP_STRING,
	MAP_STRING_SWAPPED, /* the two bytes of each register exchanged */
};
#define MAP_TYPES (MAP_STRING_SWAPPED + 1)

/* The kind of a value in a record and in a column of a table. */
enum map_kind { MAP_NUMBER, MAP_TRUTH, MAP_TEXT, MAP_LIST };

/* A value of an enum or a bit's number, and its name. Of a bool: a value and
 * "true" or "false". */
struct map_value {
	uint32_t value;
	const char *name;
};

/* The valid numbers: from low to high of one of the ranges, both included.
 * Without a range, all are valid. */
#define MAP_RANGES 4
struct map_ranges {
	size_t count;
	struct map_range {
		int64_t low, high;
	} list[MAP_RANGES];
};

/* Where in the text something stands. */
struct map_position {
	const char *file;
	unsigned line;
};

struct map_field {
	uint8_t unit_id; /* of MODBUS */
	uint16_t address;
	uint16_t count; /* registers */
	enum map_type type;
	bool is_list; /* of count numbers of one register each */
	const char *name;
	const char *unit; /* "W", "V" …; NULL: none */
	int decimals;	  /* value = (raw + offset) / 10^decimals */
	bool is_negated;  /* … (-raw + offset) / 10^decimals */
	int64_t offset;
	struct map_ranges ranges; /* of map_field_number() */
	struct map_value *values; /* MAP_ENUM, MAP_BITS, MAP_BOOL */
	size_t value_count;
	bool is_pack;	  /* holds for the selected battery pack */
	bool is_secret;	  /* a password, or the name of a network */
	bool is_writable; /* a source reports that writing to it changes it */
	/* It counts only if a register of its MODBUS unit has a value. */
	bool has_condition;
	struct map_condition {
		uint16_t address, value;
	} condition;
	struct map_position position;
	/* Several fields may have the same name: the later ones, in the map's
	 * order. */
	bool is_repeat;
	size_t next_repeat; /* index of the next field of this name; 0: none */
};

/* The ranges of all fields with this unit and one of these names (patterns)
 * that have no range of their own; in whole units. */
struct map_limit {
	const char *unit;
	struct map_ranges ranges;
	const char *names; /* separated by blanks; "": of any name */
};

/* When a read is due: each class includes the classes before it. */
enum map_class {
	MAP_POLL, /* every time */
	MAP_SLOW, /* first in a session, then every 15 minutes */
	MAP_ALL,  /* only when everything is asked for */
};

struct map_block {
	enum map_class class;
	bool is_pack;	/* comes after selecting a pack */
	bool is_proven; /* a source has read these registers as one block */
	bool is_secret; /* has registers of a secret field */
	uint8_t unit_id;
	uint16_t address;
	uint16_t count;
	struct map_position position;
};

/* Battery packs behind one selector; max is 0 for a model without packs. */
struct map_packs {
	uint16_t max;
	uint16_t count;	   /* register with the number of packs; 0: none */
	uint16_t selector; /* register to write the number to; 0: none */
	uint16_t shown;	   /* register with the pack whose data are served */
	int settle;	   /* ms from selecting to reading, at least */
};

struct map {
	const char *model;
	int protocol;	       /* 1 or 2 */
	bool is_generic;       /* for all models of its protocol */
	const char **prefixes; /* of station names: then only digits follow */
	size_t prefix_count;
	const char **sources; /* where the map's facts come from */
	size_t source_count;
	const char **untried; /* parts that are untested on a station */
	size_t untried_count;
	/* Of a generic map: models that are known to have none of their own. */
	const char **unmapped;
	size_t unmapped_count;
	struct map_packs packs;
	struct map_block *blocks; /* in the order of the file */
	size_t block_count;
	struct map_field *fields; /* in the order of the file */
	size_t field_count;
	struct map_limit *limits; /* in the order of the file */
	size_t limit_count;
	const char *path; /* of its own file */
	char **texts;	  /* the files, which all strings point into */
	size_t text_count;
};

/* The first field of that name, NULL if there is none. */
const struct map_field *map_field(const struct map *map, const char *name);

/* The kind of a field's values in a record. */
enum map_kind map_field_kind(const struct map_field *field);

/* Converts a number of the field's registers to steps of its last decimal: with
 * the sign and the offset of the map. */
int64_t map_field_number(const struct map_field *field, int64_t raw);

/* Whether such a number is valid for the field. */
bool map_field_accepts(const struct map_field *field, int64_t number);

/* The name that the field has for a value or a bit; NULL if it has none. */
const char *map_value_name(const struct map_field *field, uint32_t value);

/* "uint16", without brackets; "poll", "slow" or "all". */
const char *map_type_name(enum map_type type);
const char *map_class_name(enum map_class class);

/* The number of registers of a field of that type; 0 if each field has its own.
 */
uint16_t map_type_count(enum map_type type);

/* Whether the read has all registers of the field, or any of them. */
bool map_block_covers(
	const struct map_block *block, const struct map_field *field);
bool map_block_touches(
	const struct map_block *block, const struct map_field *field);

/* Whether it has a field of that MODBUS unit. */
bool map_has_unit(const struct map *map, uint8_t unit_id);

/* Releases the contents of *map, see map_read() (parse.h). */
void map_release(struct map *map);

#endif
