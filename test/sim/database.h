/*
 * The attributes of a power station, with the handles of an AC180: ff01 at
 * 30, ff03 at 35, ff04 at 37 (listings in warhammerkid/bluetti_mqtt issues 84
 * and 93); the rest lies around them as on other modules of its maker.
 */
#ifndef BT_TEST_SIM_DATABASE_H
#define BT_TEST_SIM_DATABASE_H

#include <stddef.h>
#include <stdint.h>

enum handle {
	HANDLE_NAME = 3,
	HANDLE_CHANGED = 8, /* Service Changed */
	HANDLE_SERVICE = 28,
	HANDLE_NOTIFY = 30, /* ff01 */
	HANDLE_NOTIFY_CCCD = 31,
	HANDLE_WRITE = 33,	 /* ff02 */
	HANDLE_WRITE_SPARE = 35, /* ff03 */
	HANDLE_SPARE = 37,	 /* ff04 */
	HANDLE_SPARE_CCCD = 38,
	HANDLE_LAST = 38,
};

#define UUID_PRIMARY_SERVICE 0x2800

/* What a central may do with an attribute. */
enum {
	MAY_READ = 1,
	MAY_WRITE = 2,	 /* with response, long too */
	MAY_COMMAND = 4, /* without response */
};

struct attribute {
	uint16_t handle;
	uint8_t may;
	uint8_t type_length; /* 2 or 16 */
	uint8_t type[16];    /* last byte first */
	uint16_t group_end;  /* of a service: its last handle */
	uint8_t value[20];   /* but for name and CCCDs, which change */
	uint8_t length;
};

/* All attributes by growing handle; *count of them. */
const struct attribute *database(size_t *count);

/* The attribute of a handle, or NULL. */
const struct attribute *database_find(uint16_t handle);

#endif
