/* What the user asked for. */
#ifndef BT_OPTIONS_H
#define BT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "maps.h"
#include "station.h"

struct options {
	uint16_t first, last; /* registers */
	uint8_t unit;	      /* of MODBUS */
	bool quick;	      /* the coarse passes only */
	bool secrets;	      /* passwords too */
	const char *resume;   /* a former output; NULL: begin anew */
	int64_t timeout;      /* ms without a good answer that end it */
	enum station_security security;
	struct secure_keys keys;
	const struct maps *maps;
	struct address address;
};

#endif
