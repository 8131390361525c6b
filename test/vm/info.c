/* What the kernel asks when it meets a controller: 7.4 and 7.8. */
#include "command.h"

#include <string.h>

#include "base/bytes.h"

/* Versions 4.2 and 5.0 (Assigned Numbers, 2.1). */
#define VERSION_4 8
#define VERSION_5 9
#define LINUX_FOUNDATION 0x05f1

void info_version(struct controller *c, struct answer *a, const uint8_t *p)
{
	(void)p;
	a->bytes[1] = a->bytes[4] = c->is_extended ? VERSION_5 : VERSION_4;
	put_le16(a->bytes + 5, LINUX_FOUNDATION);
	a->length = 9;
}

/* Bits of octets, see the table in 6.27. */
void info_commands(struct controller *c, struct answer *a, const uint8_t *p)
{
	uint8_t *octets = a->bytes + 1;

	(void)p;
	octets[0] = 0x20;  /* disconnect */
	octets[2] = 0x80;  /* version of the remote side */
	octets[5] = 0xc0;  /* event mask, reset */
	octets[14] = 0xa8; /* version, features, size of buffers */
	octets[15] = 0x02; /* address */
	octets[25] = 0xf7; /* LE: from the event mask to advertising data */
	octets[26] = 0xff; /* to the filter accept list */
	octets[27] = 0x3f; /* which ends; connection update to features */
	if (c->is_extended)
		octets[37] = 0xe0; /* extended scan, extended connections */
	a->length = 65;
}

void info_features(struct controller *c, struct answer *a, const uint8_t *p)
{
	(void)c;
	(void)p;
	a->bytes[1 + 4] = 0x60; /* LE, and no BR/EDR: volume 2, part C, 3.3 */
	a->length = 9;
}

void info_buffers(struct controller *c, struct answer *a, const uint8_t *p)
{
	(void)c;
	(void)p;
	put_le16(a->bytes + 1, PACKET_MAX);
	a->bytes[4] = PACKETS;
	a->length = 8;
}

void info_le_buffers(struct controller *c, struct answer *a, const uint8_t *p)
{
	(void)c;
	(void)p;
	put_le16(a->bytes + 1, PACKET_MAX);
	a->bytes[3] = PACKETS;
	a->length = 4;
}

void info_address(struct controller *c, struct answer *a, const uint8_t *p)
{
	const uint8_t address[] = { c->is_extended ? 5 : 4, 0x00, 0x00, 0x3f,
		0x1b, 0x00 };

	(void)p;
	memcpy(a->bytes + 1, address, sizeof address);
	a->length = 7;
}

/* Volume 6, part B, 4.6. */
void info_le_features(struct controller *c, struct answer *a, const uint8_t *p)
{
	(void)p;
	if (c->is_extended)
		a->bytes[1 + 1] = 0x10; /* extended advertising */
	a->length = 9;
}

/* Nothing in eight bytes: states. */
void info_eight(struct controller *c, struct answer *a, const uint8_t *p)
{
	(void)c;
	(void)p;
	a->length = 9;
}

/* The same in one: power, length of the filter accept list. */
void info_one(struct controller *c, struct answer *a, const uint8_t *p)
{
	(void)c;
	(void)p;
	a->length = 2;
}

/* And in two: length of extended advertising data. */
void info_two(struct controller *c, struct answer *a, const uint8_t *p)
{
	(void)c;
	(void)p;
	a->length = 3;
}
