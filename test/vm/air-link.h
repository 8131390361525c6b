/* Connections of devices around: ATT PDUs between kernel and socket. */
#ifndef BT_TEST_VM_AIR_LINK_H
#define BT_TEST_VM_AIR_LINK_H

#include "controller.h"

/* Connects the kernel to the device that it wants and that has advertised. If
 * nobody serves its socket nothing happens. */
void link_begin(struct controller *c, struct device *device);

/* The kernel does not want to connect any more: tells it so, with a status. */
void link_cancel(struct controller *c, uint8_t status);

/* Ends the connection, if there is one, and tells the kernel the reason. */
void link_end(struct controller *c, struct device *device, uint8_t reason);

/* Forgets the connection and tells nobody: a reset. */
void link_drop(struct device *device);

/* The device with this connection, or NULL. */
struct device *link_find(struct controller *c, uint16_t handle);

/* What the device can do (nothing special), or why that is not known. */
void link_tell_features(
	struct controller *c, const struct device *device, uint8_t status);

/* A packet of ACL data came from the kernel. */
void link_take(struct controller *c, const uint8_t *packet, size_t length);

/* What the kernel sent while the device was out of reach goes on now. */
void link_resume(struct controller *c, struct device *device);

/* Something came from the device's socket. */
void link_receive(struct controller *c, struct device *device);

#endif
