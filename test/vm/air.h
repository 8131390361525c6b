/* Devices that advertise, and who hears them. */
#ifndef BT_TEST_VM_AIR_H
#define BT_TEST_VM_AIR_H

#include "controller.h"

/* ms between two advertisements of each device. */
#define ADVERTISING_INTERVAL 100

/* Lets every device that is in reach and not connected advertise once: the
 * kernel hears it if it scans, and is connected if it wants to be. Then ends
 * the connections of those that were out of reach for too long. */
void air_tick(struct controller *c);

/* The device with this address, or NULL. */
struct device *air_find(
	struct controller *c, const uint8_t address[6], uint8_t type);

/* The scan begins or ends. */
void air_scan(struct controller *c, bool enable, bool filter);

/* Its address as people write it. */
#define AIR_ADDRESS 18
void air_format(char text[AIR_ADDRESS], const struct device *device);

#endif
