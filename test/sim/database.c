/* The table of attributes. UUIDs and numbers stand last byte first, as they
 * go over the air. */
#include "database.h"

/* Properties of characteristics. */
#define READ 0x02
#define COMMAND 0x04
#define WRITE 0x08
#define NOTIFY 0x10
#define INDICATE 0x20

#define SHORT(number) ((number)&0xff), ((number) >> 8)
#define TYPE(number) .type_length = 2, .type = { SHORT(number) }

#define SERVICE(at, end, uuid) \
	{ \
		.handle = at, .group_end = end, .may = MAY_READ, \
		TYPE(UUID_PRIMARY_SERVICE), .value = { SHORT(uuid) }, \
		.length = 2 \
	}
/* A declaration; the value is in the next row, at the next handle. */
#define CHARACTERISTIC(at, properties, uuid) \
	{ \
		.handle = at, .may = MAY_READ, TYPE(0x2803), \
		.value = { properties, SHORT(at + 1), SHORT(uuid) }, \
		.length = 5 \
	}
#define VALUE(at, allowed, uuid) \
	{ \
		.handle = at, .may = allowed, TYPE(uuid) \
	}
#define TEXT(at, uuid, text) \
	{ \
		.handle = at, .may = MAY_READ, TYPE(uuid), .value = text, \
		.length = sizeof text - 1 \
	}
#define CCCD(at) VALUE(at, MAY_READ | MAY_WRITE, 0x2902)

/* 1d14d6ee-fd63-4fa1-bfa4-8f47b42119f0: the maker's update service. */
#define UPDATE_SERVICE \
	0xf0, 0x19, 0x21, 0xb4, 0x47, 0x8f, 0xa4, 0xbf, 0xa1, 0x4f, 0x63, \
		0xfd, 0xee, 0xd6, 0x14, 0x1d
/* f7bf3564-fb6d-4e53-88a4-5e37e0326063: its control. */
#define UPDATE_CONTROL \
	0x63, 0x60, 0x32, 0xe0, 0x37, 0x5e, 0xa4, 0x88, 0x53, 0x4e, 0x6d, \
		0xfb, 0x64, 0x35, 0xbf, 0xf7

static const struct attribute attributes[] = {
	SERVICE(1, 5, 0x1800),
	CHARACTERISTIC(2, READ, 0x2a00),
	VALUE(HANDLE_NAME, MAY_READ, 0x2a00),
	CHARACTERISTIC(4, READ, 0x2a01),
	TEXT(5, 0x2a01, "\0\0"),

	SERVICE(6, 8, 0x1801),
	CHARACTERISTIC(7, INDICATE, 0x2a05),
	VALUE(HANDLE_CHANGED, 0, 0x2a05),

	SERVICE(10, 24, 0x180a),
	CHARACTERISTIC(11, READ, 0x2a29),
	TEXT(12, 0x2a29, "BLUETTI"),
	CHARACTERISTIC(13, READ, 0x2a24),
	TEXT(14, 0x2a24, "simulated"),
	CHARACTERISTIC(15, READ, 0x2a25),
	TEXT(16, 0x2a25, "0"),
	CHARACTERISTIC(17, READ, 0x2a27),
	TEXT(18, 0x2a27, "0"),
	CHARACTERISTIC(19, READ, 0x2a26),
	TEXT(20, 0x2a26, "0"),
	CHARACTERISTIC(21, READ, 0x2a28),
	TEXT(22, 0x2a28, "0"),
	CHARACTERISTIC(23, READ, 0x2a23),
	TEXT(24, 0x2a23, "\0\0\0\0\0\0\0\0"),

	{ .handle = 25,
		.group_end = 27,
		.may = MAY_READ,
		TYPE(UUID_PRIMARY_SERVICE),
		.value = { UPDATE_SERVICE },
		.length = 16 },
	{ .handle = 26,
		.may = MAY_READ,
		TYPE(0x2803),
		.value = { WRITE, SHORT(27), UPDATE_CONTROL },
		.length = 19 },
	{ .handle = 27, .type_length = 16, .type = { UPDATE_CONTROL } },

	SERVICE(HANDLE_SERVICE, HANDLE_LAST, 0xff00),
	CHARACTERISTIC(29, NOTIFY, 0xff01),
	VALUE(HANDLE_NOTIFY, 0, 0xff01),
	CCCD(HANDLE_NOTIFY_CCCD),
	CHARACTERISTIC(32, WRITE | COMMAND, 0xff02),
	VALUE(HANDLE_WRITE, MAY_WRITE | MAY_COMMAND, 0xff02),
	CHARACTERISTIC(34, COMMAND, 0xff03),
	VALUE(HANDLE_WRITE_SPARE, MAY_COMMAND, 0xff03),
	CHARACTERISTIC(36, NOTIFY | WRITE | COMMAND, 0xff04),
	VALUE(HANDLE_SPARE, MAY_WRITE | MAY_COMMAND, 0xff04),
	CCCD(HANDLE_SPARE_CCCD),
};

const struct attribute *database(size_t *count)
{
	*count = sizeof attributes / sizeof attributes[0];
	return attributes;
}

const struct attribute *database_find(uint16_t handle)
{
	for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++)
		if (attributes[i].handle == handle)
			return &attributes[i];
	return NULL;
}
