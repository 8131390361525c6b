/*
 * Scanning past the kernel's own driving, with raw HCI commands: for a user
 * who may do this and not use the management interface, or a kernel without
 * it. Legacy advertising only. A controller that the kernel drives with the
 * extended commands of Bluetooth 5 refuses this until it is reset.
 *
 * hci_open() needs the right CAP_NET_RAW to be in effect, what follows does
 * not: a process of its own keeps it, which can only end the scan.
 */
#ifndef BT_SCAN_HCI_H
#define BT_SCAN_HCI_H

#include <stdbool.h>
#include <stdint.h>

#include "advert-report.h"

struct hci;

/* Begins an active scan with the adapter of that number. Returns 0 or a
 * negative errno: -ENODEV, -ENETDOWN, -EPERM, -EAFNOSUPPORT. */
int hci_open(struct hci **hci, int adapter);

/* Waits until the deadline for something to happen. Returns 1 and a report; 0:
 * something else; as wait_for(); -ENODEV: the adapter is gone; -EIO: the
 * controller refuses to scan. */
int hci_next(
	struct hci *hci, struct report *report, int64_t deadline, int cancel);

/* Whether a scan of our own has begun, or there is one of another program;
 * and the last status of HCI that was bad, 0 for none. */
bool hci_has_begun(const struct hci *hci);
bool hci_is_shared(const struct hci *hci);
int hci_status(const struct hci *hci);

/* Ends the scan if it was begun here. hci may be NULL. */
void hci_close(struct hci *hci);

#endif
