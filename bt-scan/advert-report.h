/* A report: the data received from one advertiser at one time. */
#ifndef BT_SCAN_ADVERT_REPORT_H
#define BT_SCAN_ADVERT_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "ble/address.h"

/* Not available (Core Specification, volume 4, part E, 7.7.65.2). */
#define REPORT_NO_RSSI 127

struct report {
	struct address address; /* ADDRESS_BLE, of a known type */
	int rssi;		/* dBm, or REPORT_NO_RSSI */
	const uint8_t *data;	/* the scanner's, until it is asked again */
	size_t length;
};

#endif
