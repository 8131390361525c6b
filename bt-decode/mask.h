/*
 * What in a frame line tells a secret, or which station of its kind it is
 * of: replaced, so that everything else decodes as before. What has been
 * masked is left as it is when it is masked again.
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
 * Registers of secrets become 0. Of a serial number the first four digits
 * stay, which tell when it was made; one that has not 13 digits, or is there
 * in part only, becomes 0. This holds for what was read and what was written;
 * the checksums are renewed.
 *
 * Where they lie is told by map, the station's, together with the generic one
 * of its protocol; if map is generic, by all maps of the protocol, in whatever
 * unit; if it is NULL, by all maps. If it is not certain, for example because
 * nothing but the name leads to it, secrets of the other protocol count too,
 * unless the map has a meaning for all their registers in the frame. serial,
 * the station's own number, is masked wherever it is found: some stations move
 * registers together (0: not known).
 */
void mask_frames(struct frame_line *line, const struct maps *maps,
	const struct map *map, bool is_certain, int64_t serial);

/* The length of the longest prefix of the name's map; 0 if there is none. */
size_t mask_prefix_length(const char *name, const struct maps *maps);

/*
 * In runs of nine digits and more, those after the first four are replaced by
 * number. Such a run begins after the prefix of the station's map, else 13
 * digits before its end. number has five digits at most.
 */
void mask_name(char *name, const struct maps *maps, unsigned number);

/* The last three octets become number. What is neither a Bluetooth address
 * nor the path of a socket becomes one. */
void mask_address(char address[FRAME_LINE_STRING_MAX + 1], unsigned number);

#endif
