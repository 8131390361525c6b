/* The way to the kernel: HCI packets. */
#ifndef BT_TEST_VM_VHCI_H
#define BT_TEST_VM_VHCI_H

#include "controller.h"

#define EVENT_MAX 255

/* Events that more than one file sends: 7.7. */
enum {
	DISCONNECTION_COMPLETE = 0x05,
	PACKETS_COMPLETED = 0x13,
	LE_META = 0x3e,
};

/* Codes of errors and reasons: volume 1, part F. */
enum {
	HCI_OK = 0x00,
	HCI_UNKNOWN_COMMAND = 0x01,
	HCI_NO_CONNECTION = 0x02,
	HCI_TIMEOUT = 0x08,
	HCI_DISALLOWED = 0x0c,
	HCI_REMOTE_ENDED = 0x13,
	HCI_HOST_ENDED = 0x16,
};

/* Opens /dev/vhci and makes an adapter of it, whose number goes to index.
 * Returns 0 or -errno. */
int vhci_open(struct controller *c);

/* Reads a packet of the kernel, its indicator in front. Returns its length,
 * or -errno. */
int vhci_read(struct controller *c, uint8_t *packet, size_t size);

void vhci_event(
	struct controller *c, uint8_t code, const uint8_t *body, size_t length);

/* Command Complete, its return parameters begin with a status; Command
 * Status. */
void vhci_complete(struct controller *c, uint16_t opcode,
	const uint8_t *parameters, size_t length);
void vhci_status(struct controller *c, uint16_t opcode, uint8_t status);

/* ACL data of a connection: a piece of an L2CAP frame. */
void vhci_data(struct controller *c, uint16_t handle, bool is_first,
	const uint8_t *piece, size_t length);

#endif
