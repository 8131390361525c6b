/*
 * Discovery through the kernel's management interface (BlueZ's Bluetooth
 * Management API document): the kernel drives the controller as it likes to
 * be driven, and shares with others what is heard.
 *
 * mgmt_open() needs the right CAP_NET_ADMIN to be in effect; what follows does
 * not, as the kernel remembers. After mgmt_choose(), mgmt_next() is called
 * until one has heard enough, then mgmt_close(). Errors other than those named
 * here are a negative errno.
 */
#ifndef BT_SCAN_MGMT_H
#define BT_SCAN_MGMT_H

#include <stdbool.h>
#include <stdint.h>

#include "advert-report.h"

/* The number of an adapter: 3 is hci3. */
#define MGMT_ANY (-1)

struct mgmt;

/* Returns 0 or a negative errno, then *mgmt is untouched: -EAFNOSUPPORT if
 * there is no Bluetooth. */
int mgmt_open(struct mgmt **mgmt);

/*
 * Picks the adapter, or with MGMT_ANY the first one that is on and does
 * Bluetooth LE. Returns 0; -ENODEV: there is none; -ENETDOWN: it is off;
 * -EOPNOTSUPP: it does no LE; -BT_ETIMEOUT: the kernel does not answer;
 * -BT_ECANCELED by cancel, see wait_for(). mgmt_index() then returns the one
 * that was looked at, MGMT_ANY if none (also for NULL).
 */
int mgmt_choose(struct mgmt *mgmt, int adapter, int cancel);
int mgmt_index(const struct mgmt *mgmt);

/*
 * Keeps a discovery going, own or shared with another program, and waits
 * until the deadline for something to happen. Returns 1 and a report; 0:
 * something else; -BT_ETIMEOUT at the deadline, -BT_ECANCELED; or why there
 * will be no discovery: -EPERM, -ENETDOWN, -ERFKILL, -ENODEV, -EOPNOTSUPP.
 */
int mgmt_next(
	struct mgmt *mgmt, struct report *report, int64_t deadline, int cancel);

/* Whether a discovery of our own has ever begun; and the status of the
 * management interface that the last attempt brought, 0 for none. */
bool mgmt_has_begun(const struct mgmt *mgmt);
int mgmt_status(const struct mgmt *mgmt);

/* Another program looks for devices, and we hear what it hears. */
bool mgmt_is_shared(const struct mgmt *mgmt);

/* Ends an own discovery, for which it waits up to 2 s. mgmt may be NULL. */
void mgmt_close(struct mgmt *mgmt);

#endif
