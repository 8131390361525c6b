/* The ATT server of a simulated station: one central, one PDU at a time. */
#ifndef BT_TEST_SIM_GATT_SERVER_H
#define BT_TEST_SIM_GATT_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "exchange.h"
#include "fault.h"
#include "image.h"
#include "served-registers.h"

#define SIM_MTU_MIN 23
#define SIM_MTU_MAX 517
#define SIM_VALUE_MAX 512

/* What the command line sets. */
struct gatt_options {
	const char *name;
	uint16_t mtu;	 /* the largest that the station agrees to */
	size_t fragment; /* most bytes of a frame in one notification, or 0 */
	struct exchange_options exchange;
};

/* A connection with a central. */
struct gatt {
	int fd;
	const char *name;
	struct registers *registers;
	struct faults *faults;
	uint16_t mtu_most;
	uint16_t mtu;
	size_t fragment;
	uint16_t cccd[2]; /* of ff01 and ff04 */
	uint16_t prepared_handle;
	size_t prepared; /* bytes of a long write so far */
	uint8_t value[SIM_VALUE_MAX];
	struct answers answers; /* not sent yet */
	struct exchange exchange;
	struct range hidden; /* attributes that are not there, or 0, 0 */
	bool stalled;	     /* nothing is answered any more */
	bool muted;	     /* nothing is notified any more */
	bool leaving;	     /* ends when the central sends a PDU */
};

/*
 * Begins a connection on a SOCK_SEQPACKET descriptor. All that the arguments
 * point to stays the caller's. Returns 0, or -ECONNABORTED if the station
 * does not want it.
 */
int gatt_init(struct gatt *gatt, int fd, const struct gatt_options *options,
	struct registers *registers, struct faults *faults);

/* Serves one PDU. Returns 0, or a negative errno if the connection is over:
 * the central is gone, or is to be left. */
int gatt_serve(struct gatt *gatt, const uint8_t *pdu, size_t length);

#endif
