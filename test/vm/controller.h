/*
 * bt-air: a Bluetooth LE adapter that exists in software only, and what is on
 * the air around it, for the kernel's own Bluetooth to be tried with.
 *
 * The kernel drives the controller through /dev/vhci. Devices around it are
 * told line by line, see script.h; each that can be connected has a local
 * SOCK_SEQPACKET socket behind it, such as that of bt-sim, and the ATT PDUs
 * of its connection go there and come from there.
 *
 * Source: Bluetooth Core Specification 5.4, volume 4, part E (HCI); section
 * numbers are of that part unless they say otherwise. Integers are
 * little-endian, addresses have their last octet first.
 */
#ifndef BT_TEST_VM_CONTROLLER_H
#define BT_TEST_VM_CONTROLLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/un.h>

#define DEVICES_MAX 16
/* Longest advertising data in a report of the kind: legacy, extended. */
#define LEGACY_MAX 31
#define DATA_MAX 200

/* What the controller takes from the kernel before it must say so, and how
 * long each packet may be. */
#define PACKETS 8
#define PACKET_MAX 251

/* The longest ATT PDU that passes, and its L2CAP header. */
#define PDU_MAX 517
#define L2CAP_HEADER 4

/* One ACL packet of the kernel, without its indicator. */
struct packet {
	size_t length;
	uint8_t bytes[4 + PACKET_MAX];
};

struct connection {
	int fd; /* the station's socket; -1: not connected */
	uint16_t handle;
	uint16_t timeout; /* supervision, in 10 ms */
	int64_t begin;	  /* of clock_monotonic() */
	size_t have;	  /* of the L2CAP frame that comes in */
	uint8_t frame[L2CAP_HEADER + PDU_MAX];
	/* What the kernel sent while the device was out of reach. */
	size_t held;
	struct packet packets[PACKETS];
};

struct device {
	uint8_t address[6];
	uint8_t type; /* 0 public, 1 random */
	int8_t rssi;
	bool in_reach;
	int64_t left;	 /* when it went out of reach */
	bool was_heard;	 /* since the scan began: no duplicates */
	uint8_t failure; /* why connections fail, 0: they do not */
	size_t length, response_length;
	uint8_t data[DATA_MAX];
	uint8_t response[LEGACY_MAX];
	char socket[sizeof((struct sockaddr_un *)NULL)->sun_path];
	struct connection link;
};

/* What the kernel wants to connect to. */
struct wanted {
	bool is_any; /* whether there is anything */
	uint8_t address[6];
	uint8_t type;
	uint16_t timeout;
};

/* Legacy and extended commands exclude one another until a reset (4.1.1). */
enum commands_used { USED_NONE, USED_LEGACY, USED_EXTENDED };

struct controller {
	int fd; /* /dev/vhci */
	bool is_extended;
	uint16_t index; /* N of hciN */
	enum commands_used used;
	bool scans, scans_actively, filters_duplicates;
	struct wanted wanted;
	uint16_t last_handle;
	size_t count;
	struct device devices[DEVICES_MAX];
};

/* A line on standard output: what happened, for the tester to wait for. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
