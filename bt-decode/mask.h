/*
 * Masks secrets in a frame line and the identity of its station; everything
 * else decodes as before. Masking a masked line again does not change it.
 */
#ifndef BT_DECODE_MASK_H
#define BT_DECODE_MASK_H

#include <stdbool.h>
#include <stdint.h>

#include "modbus/frame-line.h"
#include "model/directory.h"

/* The serial number at the end of a station's name; 0 if it has none of 13
 * digits. */
int64_t mask_serial_of(const char *name);

/* Fields of secrets and of serial numbers, of the maps that count for a station
 * of the map known: see mask_frames(). */
struct mask_fields {
	const struct maps *maps;
	const struct map *known; /* NULL: it is not known */
	uint8_t unit_id;	 /* of the registers that are masked */
	/* mask.c alone */
	const struct map *map;
	size_t next;
};

/* The next one; NULL behind the last. */
const struct map_field *mask_fields_next(struct mask_fields *fields);

/*
 * Registers of secrets become 0. A serial number keeps its first four digits,
 * which show the production date; it becomes 0 if it does not have 13 digits,
 * or if only a part of it is in the frame. This applies to reads and writes;
 * the checksums are updated.
 *
 * Their registers are those in map, the station's map, and in the generic map
 * of its protocol; if map is generic, those in all maps of the protocol, in any
 * unit; if it is NULL, those in all maps. If the map is not certain, for
 * example because only the name matches it, secrets of the other protocol are
 * masked too, unless the map describes all their registers in the frame.
 * serial, the station's own number (0: unknown), is masked in any register:
 * some stations shift registers.
 */
void mask_frames(struct frame_line *line, const struct maps *maps,
	const struct map *map, bool is_certain, int64_t serial);

/* The length of the longest prefix of the name's map; 0 if there is none. */
size_t mask_prefix_length(const char *name, const struct maps *maps);

/*
 * In runs of nine or more digits, number replaces the digits after the first
 * four. Such a run begins after the prefix of the station's map, else 13 digits
 * before its end. number has at most five digits.
 */
void mask_name(char *name, const struct maps *maps, unsigned number);

/* number replaces the last three octets. An address that is neither a Bluetooth
 * address nor a socket's path becomes a Bluetooth address. */
void mask_address(char address[FRAME_LINE_STRING_MAX + 1], unsigned number);

#endif
