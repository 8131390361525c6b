/*
 * The address of a station: the ADDR of bt-poll and bt-discover.
 *
 *   00:11:22:33:44:55         Bluetooth LE, each address type is tried
 *   00:11:22:33:44:55/public  the same, of this type
 *   00:11:22:33:44:55/random
 *   unix:PATH                 a local SOCK_SEQPACKET socket with ATT PDUs
 */
#ifndef BT_BLE_ADDRESS_H
#define BT_BLE_ADDRESS_H

#include <stdint.h>

enum address_kind {
	ADDRESS_BLE,
	ADDRESS_UNIX,
};

enum address_type {
	ADDRESS_PUBLIC,
	ADDRESS_RANDOM,	 /* static random */
	ADDRESS_UNKNOWN, /* either: try both in turn */
};

/* The longest path of a socket, with its terminating zero: unix(7). */
#define ADDRESS_PATH 108

/* Instead of an adapter's number (3 is hci3): the first adapter that is on and
 * supports Bluetooth LE. */
#define ADAPTER_ANY (-1)

struct address {
	enum address_kind kind;
	enum address_type type;	 /* of ADDRESS_BLE only */
	uint8_t octets[6];	 /* of ADDRESS_BLE: in the order of the text */
	int adapter;		 /* that connects it, or ADAPTER_ANY */
	char path[ADDRESS_PATH]; /* of ADDRESS_UNIX */
};

/* Room for the text of address_format() with its terminating zero. */
#define ADDRESS_TEXT (ADDRESS_PATH + 5)

/*
 * Reads an ADDR. Without a suffix the type comes from the first octet: its top
 * two bits are 11 in every static random address (Core Specification, volume 6,
 * part B, 1.3.2.1), its low two bits are 00 in every address assigned to a
 * manufacturer (IEEE 802: neither group nor local). If both hold the type stays
 * unknown: DC:1E:D5 is assigned to a manufacturer. Returns 0, or -BT_EADDRESS
 * and leaves *address alone. The adapter is ADAPTER_ANY then.
 */
int address_parse(struct address *address, const char *text);

/* Writes the address in the form of frame lines: upper case without a suffix,
 * or unix:PATH with the path unchanged. */
void address_format(char text[ADDRESS_TEXT], const struct address *address);

#endif
